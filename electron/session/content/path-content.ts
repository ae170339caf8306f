import type { BytePath } from '../../core/base/byte-path'
import type { FileType, Lens } from '../../core/changes/change'
import { failed, isFailure } from '../../core/base/failure'
import type { ContainerDetails, ImageDetails } from '../../engine/engine'
import { openPath } from '../../hostfs/content/open-path'
import { placeOfPath } from '../../hostfs/stack/place-of-path'
import { lowerStack, openLowerReader } from '../images/compared-image'
import type { ContainerFiles, HostSession } from '../host/host-session'
import { bytesOf } from '../../hostfs/host/host-files'

/** `upper` is what a container has at a path now, `lower` what its image, or the one it is compared with, has there. */
export type ContentSide = 'upper' | 'lower'

/** One version of one path. */
export interface ContentPlace {
  readonly container: ContainerDetails
  readonly path: BytePath
  readonly side: ContentSide
  /** Whose version the lower one is; the container's own image where it is left out. */
  readonly against?: ImageDetails
  /** How the container's files stand on the host, where that was found out before. */
  readonly files?: ContainerFiles
}

/** Bytes of a file; `length` is how many are wanted at most. */
export interface ContentRange {
  readonly offset: number
  readonly length: number
}

/** One version of a path. A command or a connection waits behind it until it is closed. */
export interface PathContent {
  readonly type: FileType
  readonly size: number
  readonly mode: number
  readonly uid?: number
  readonly gid?: number
  /** Milliseconds since 1970. */
  readonly modifiedAt: number
  /** Numbers of a device, `MAJOR:MINOR`. */
  readonly device?: string
  /** Extended attributes as far as the engine's archive tells them; the host's are read apart. */
  readonly attributes?: ReadonlyMap<string, string>
  /** The wanted bytes of a file, or the target of a link, which is never followed; nothing for anything else. */
  readonly content: AsyncIterable<Buffer>
  close(): Promise<void>
}

export interface FoundContent {
  readonly through: Lens
  /** Absent where this version does not have the path. */
  readonly found?: PathContent
}

/**
 * Opens one version of a path through the lens that is asked for, or through the host's own files where they can be read and
 * else through the engine. The host lens sees layers alone; the engine sees what is mounted on them too, and looks for the
 * path inside the container.
 * @throws FailureError `lens-unavailable` where the host lens was asked for and cannot be used
 */
export async function openContent(
  session: HostSession,
  place: ContentPlace,
  range: ContentRange,
  lens: Lens | undefined,
  signal: AbortSignal,
): Promise<FoundContent> {
  if (lens === 'engine') return await throughEngine(session, place, range, signal)
  const files = place.files ?? (await session.filesOf(place.container, signal))
  if (!files.works) {
    if (lens === 'host') throw failed('lens-unavailable', `The host lens cannot be used: ${files.reason}`)
    return await throughEngine(session, place, range, signal)
  }
  try {
    return await throughHost(session, files, place, range, signal)
  } catch (error) {
    if (lens === 'host' || !isFailure(error, 'command-failed')) throw error
    return await throughEngine(session, place, range, signal)
  }
}

async function throughHost(
  session: HostSession,
  onHost: Extract<ContainerFiles, { works: true }>,
  { path, side, against }: ContentPlace,
  range: ContentRange,
  signal: AbortSignal,
): Promise<FoundContent> {
  const { files, directories } = onHost
  const layers =
    side === 'upper'
      ? [directories.upper, ...directories.lower].map(bytesOf)
      : (await lowerStack(session, onHost, against, signal)).layers
  const place = await placeOfPath(files, layers, path, signal)
  if (place === undefined) return { through: 'host' }
  const opened = await openPath(files, place.content.layer, place.content.path, range, signal)
  if (opened === undefined) return { through: 'host' }
  const { content, close } = opened
  const stat = place.metadata ?? opened.stat
  if (!stat.whiteout) return { through: 'host', found: { ...stat, content, close } }
  await close()
  return { through: 'host' }
}

async function throughEngine(
  session: HostSession,
  { container, path, side, against }: ContentPlace,
  range: ContentRange,
  signal: AbortSignal,
): Promise<FoundContent> {
  const engine = await session.engine(signal)
  const reader = side === 'lower' ? await openLowerReader(engine, container, against, signal) : undefined
  try {
    signal.throwIfAborted()
    const archived = await engine.archivedPath(reader?.containerId ?? container.id, path, signal)
    if (archived === undefined) {
      await reader?.close()
      return { through: 'engine' }
    }
    const close = async () => {
      await archived.close()
      await reader?.close()
    }
    const wanted = archived.type === 'file' ? range : { offset: 0, length: archived.size }
    return { through: 'engine', found: { ...archived, content: cut(archived.content, wanted), close } }
  } catch (error) {
    await reader?.close()
    throw error
  }
}

/** An archive begins at the first byte; what comes before the range is read and dropped, what comes after it is not read. */
async function* cut(
  content: AsyncIterable<Buffer>,
  { offset, length }: ContentRange,
): AsyncGenerator<Buffer> {
  if (length === 0) return
  let at = 0
  for await (const part of content) {
    const wanted = part.subarray(Math.max(0, offset - at), Math.max(0, offset + length - at))
    at += part.length
    if (wanted.length > 0) yield wanted
    if (at >= offset + length) return
  }
}
