import { answered } from '../../core/base/allowed'
import { imageStack } from '../../session/images/image-stack'
import { sessionOf } from '../context/context'
import type { Handler } from '../context/handler'

export const listImages: Handler<'images.list'> = async (context, { hostId }, signal) => {
  const engine = await (await sessionOf(context, hostId, signal)).engine(signal)
  const images = await engine.images({}, signal)
  return images
    .map((image) => ({ ...image, references: [...image.references] }))
    .sort((a, b) => inOrder(b.createdAt, a.createdAt) || inOrder(a.id, b.id))
}

/** Of digits: by the rules of a language ten thousand images would hold everything up. */
function inOrder(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

export const showStack: Handler<'images.stack'> = async (context, { hostId, image }, signal) => {
  const stack = await imageStack(await sessionOf(context, hostId, signal), image, signal)
  const { config } = stack
  return {
    ...stack,
    references: [...stack.references],
    layers: [...stack.layers],
    history: [...stack.history],
    config: {
      ...config,
      entrypoint: [...config.entrypoint],
      command: [...config.command],
      environment: [...config.environment],
      exposedPorts: [...config.exposedPorts],
      volumes: [...config.volumes],
    },
  }
}

export const inspectImage: Handler<'images.inspect'> = async (context, { hostId, image }, signal) => {
  const engine = await (await sessionOf(context, hostId, signal)).engine(signal)
  const [details, history] = await Promise.all([
    engine.image(image, signal),
    answered(engine.history(image, signal)),
  ])
  const told = history.ok ? { history: history.value.raw } : { historyFailure: history.failure }
  return { inspect: details.raw, ...told }
}
