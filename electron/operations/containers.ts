import { sessionOf } from './context'
import type { Handler } from './handler'

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
  const engine = await (await sessionOf(context, hostId, signal)).engine(signal)
  const { id } = await engine.container(containerId, signal)
  await engine.resume(id, signal)
  return { id }
}
