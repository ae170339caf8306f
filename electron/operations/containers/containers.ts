import { isFailure } from '../../core/base/failure'
import type { HostSession } from '../../session/host/host-session'
import { sessionOf } from '../context/context'
import type { Handler } from '../context/handler'

export const listContainers: Handler<'containers.list'> = async (
  context,
  { hostId, all = false },
  signal,
) => {
  const engine = await (await sessionOf(context, hostId, signal)).engine(signal)
  return await engine.containers({ all }, signal)
}

export const inspectContainer: Handler<'containers.inspect'> = async (
  context,
  { hostId, containerId },
  signal,
) => {
  const engine = await (await sessionOf(context, hostId, signal)).engine(signal)
  const details = await engine.container(containerId, signal)
  const { id, name, image, imageId, state, createdAt, command, workingDirectory, user, directories, raw } =
    details
  return {
    container: { id, name, image, imageId, state, createdAt },
    command: [...command],
    workingDirectory,
    user,
    mounts: [...details.mounts],
    ...(directories === undefined ? {} : { directories: { ...directories, lower: [...directories.lower] } }),
    raw,
  }
}

export const resumeContainer: Handler<'containers.resume'> = async (
  context,
  { hostId, containerId },
  signal,
) => {
  const session = await sessionOf(context, hostId, signal)
  const { id } = await (await session.engine(signal)).container(containerId, signal)
  try {
    await (await session.engine(signal)).resume(id, signal)
  } catch (error) {
    // Somebody else may have done so, or the answer alone was lost.
    if (signal.aborted || (await isPaused(session, id, signal))) throw error
  }
  return { id }
}

/** Whether a container is paused, or that cannot be seen. */
async function isPaused(session: HostSession, id: string, signal: AbortSignal): Promise<boolean> {
  try {
    return (await (await session.engine(signal)).container(id, signal)).state === 'paused'
  } catch (error) {
    if (!isFailure(error)) throw error
    return true
  }
}
