import type { HostSession } from '../host/host-session'
import { openLowerReader } from '../images/compared-image'
import type { ContentPlace } from './path-content'

/** One version of a path with all below it, as the bytes of a tar. The engine makes it: it alone has the layers merged. */
export async function* directoryArchive(
  session: HostSession,
  { container, path, side, against }: ContentPlace,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  const engine = await session.engine(signal)
  const reader = side === 'lower' ? await openLowerReader(engine, container, against, signal) : undefined
  try {
    signal.throwIfAborted()
    yield* await engine.archive(reader?.containerId ?? container.id, path, signal)
  } finally {
    await reader?.close()
  }
}
