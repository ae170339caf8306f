import type { ImageDetails } from '../../engine/engine'
import type { HostSession } from '../host/host-session'
import { openImageReader } from './reader-container'

/** Where an image's layers are on the host, top first, or why that is not known. */
export type ImageDirectories =
  | { readonly works: true; readonly directories: readonly string[] }
  | { readonly works: false; readonly reason: string }

/**
 * An image's layers: as the engine tells them, or as a container shows them that is made of the image, never started and removed at
 * once. The layers are the image's own and stay.
 * @throws FailureError what making and removing a reader throws
 */
export async function imageDirectories(
  session: HostSession,
  { id, directories }: ImageDetails,
  signal: AbortSignal,
): Promise<ImageDirectories> {
  if (directories !== undefined) return { works: true, directories }
  const engine = await session.engine(signal)
  const reader = await openImageReader(engine, id, signal)
  try {
    const files = await session.filesOf(await engine.container(reader.containerId, signal), signal)
    if (!files.works) return files
    return {
      works: true,
      directories: files.directories.lower.filter((layer) => layer !== files.engineLayer),
    }
  } finally {
    await reader.close()
  }
}
