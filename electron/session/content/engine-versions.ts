import { failed, isFailure } from '../../core/base/failure'
import type { PathFacts } from '../../core/changes/path-facts'
import { largestCompared, type BothVersions, type ComparedPath } from './both-versions'
import { equalBytes } from './equal-bytes'
import type { HostSession } from '../host/host-session'
import { textOf } from '../base/content-text'
import { openContent, type ContentSide, type PathContent } from './path-content'

const alwaysUnknown =
  'The engine tells no extended attributes but file capabilities, and not which layer has a path.'

/** Opens one version for so many bytes of its content. */
type Open = (side: ContentSide, length: number) => Promise<PathContent | undefined>

/** Both versions of a path as the engine's archives have them. @throws FailureError what `openContent` throws */
export async function versionsThroughEngine(
  session: HostSession,
  path: ComparedPath,
  signal: AbortSignal,
): Promise<BothVersions> {
  const open: Open = async (side, length) =>
    (await openContent(session, { ...path, side }, { offset: 0, length }, 'engine', signal)).found
  const [upper, lower] = [await factsOf(open, 'upper'), await factsOf(open, 'lower')]
  const { same, unknown } = await compared(open, upper, lower)
  return { upper, lower, sameContent: same, unknown: [alwaysUnknown, ...unknown] }
}

async function factsOf(open: Open, side: ContentSide): Promise<PathFacts | undefined> {
  // Of a file no content is wanted yet; a link gives its target whatever is asked for.
  const found = await open(side, 0)
  if (found === undefined) return undefined
  try {
    const { type, size, mode, uid, gid, modifiedAt, device, attributes } = found
    const sized = type === 'file' || type === 'symlink' ? { size } : {}
    const owner = { ...(uid === undefined ? {} : { uid }), ...(gid === undefined ? {} : { gid }) }
    const target = type === 'symlink' ? { linkTarget: await textOf(found.content) } : {}
    const own = {
      ...(attributes === undefined ? {} : { attributes }),
      ...(device === undefined ? {} : { device }),
    }
    return { type, mode, modifiedAt, ...sized, ...owner, ...target, ...own }
  } finally {
    await found.close()
  }
}

async function compared(
  open: Open,
  upper: PathFacts | undefined,
  lower: PathFacts | undefined,
): Promise<{ same?: boolean; unknown: readonly string[] }> {
  if (upper?.type !== 'file' || lower?.type !== 'file') return { unknown: [] }
  if (upper.size !== lower.size) return { same: false, unknown: [] }
  const size = upper.size ?? 0
  if (size === 0) return { same: true, unknown: [] }
  if (size > largestCompared.bytes) return { unknown: [largestCompared.sentence] }
  const one = await open('upper', size + 1)
  try {
    const other = await open('lower', size + 1)
    try {
      if (one === undefined || other === undefined) throw failed('command-failed', 'The file was removed.')
      return { same: await equalBytes(one.content, other.content), unknown: [] }
    } finally {
      await other?.close()
    }
  } catch (error) {
    if (!isFailure(error, 'command-failed')) throw error
    return { unknown: ['The content was replaced while it was compared.'] }
  } finally {
    await one?.close()
  }
}
