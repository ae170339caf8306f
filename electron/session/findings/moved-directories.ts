import { setImmediate } from 'node:timers/promises'
import type { BytePath } from '../../core/base/byte-path'
import type { ChangeNote } from '../../core/changes/change'
import type { DirectoryShape } from '../../core/findings/directory-shapes'
import type { NoteCandidates } from '../../core/findings/finding-candidates'

export type Moved = Extract<ChangeNote, { kind: 'moved' }>

/** Deleted paths and added ones that may be the same. */
export interface Ends {
  readonly from: BytePath[]
  readonly to: BytePath[]
}

/**
 * Deleted directories whose entries (names, types, sizes) are those of an added one, each the only one of its kind. Content is
 * not looked at.
 */
export async function movedDirectories(
  candidates: NoteCandidates,
  lost: readonly DirectoryShape[],
  signal: AbortSignal,
): Promise<Moved[]> {
  const pairs = new Map<string, Ends>()
  for (const { key, path, bytes } of lost) if (bytes > 0) endsOf(pairs, key).from.push(path)
  if (pairs.size === 0) return []
  let turn = 0
  for (const { key, path } of candidates.addedDirectories.shapes()) {
    pairs.get(key)?.to.push(path)
    if ((turn += 1) % 5000 === 0) await setImmediate(undefined, { signal })
  }
  return [...pairs.values()].flatMap((ends) => only(ends, 'content'))
}

export function endsOf<Key>(pairs: Map<Key, Ends>, key: Key): Ends {
  const known = pairs.get(key)
  if (known !== undefined) return known
  const made: Ends = { from: [], to: [] }
  pairs.set(key, made)
  return made
}

/** The one pair, where there is but one. */
export function only({ from, to }: Ends, by: Moved['by']): Moved[] {
  const [one, ...others] = from
  const [other, ...more] = to
  if (one === undefined || other === undefined || others.length > 0 || more.length > 0) return []
  return [{ kind: 'moved', from: one, to: other, by }]
}
