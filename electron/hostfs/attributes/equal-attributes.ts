import { inBatches } from '../../core/base/in-batches'
import { sameAttributes } from '../../core/changes/path-facts'
import type { RawAttributes } from '../overlay/attributes-by-getfattr'
import { attributesAt } from './attributes-at'
import type { HostFiles } from '../host/host-files'
import { shownAttributes } from './shown-attributes'

/** Two absolute paths of the host, as bytes. */
export interface PathPair {
  readonly left: string
  readonly right: string
}

/** Attributes of a file may be 64 KiB (xattr(7)); most have none. */
const batch = 10_000
const none: RawAttributes = new Map()

/**
 * Whether the paths of each pair have the same extended attributes (`sameAttributes`); nothing where the host has no getfattr. What
 * vanished meanwhile has none. What is `known` is not asked for again.
 * @throws FailureError `command-failed`
 */
export async function equalAttributes(
  host: HostFiles,
  pairs: readonly PathPair[],
  signal: AbortSignal,
  known: ReadonlyMap<string, RawAttributes> = new Map(),
): Promise<boolean[] | undefined> {
  if (!host.tools.getfattr) return undefined
  const same: boolean[] = []
  for (const some of inBatches(pairs, batch)) {
    const paths = new Set(some.flatMap(({ left, right }) => [left, right]))
    const found = await attributesAt(
      host,
      [...paths].filter((path) => !known.has(path)),
      signal,
    )
    const of = (path: string) => shownAttributes(host, path, found.get(path) ?? known.get(path) ?? none)
    for (const { left, right } of some) same.push(sameAttributes(of(left), of(right)))
  }
  return same
}

/** What is said where attributes were not compared. */
export const attributesNotCompared =
  'Extended attributes were not compared: the host has no getfattr (package attr).'
