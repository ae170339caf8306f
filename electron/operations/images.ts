import { markEmptySteps } from '../core/history'
import type { ImageStack } from '../core/image'
import { layersWithHistory, type HistoryEntry } from '../core/layer'
import type { Engine, ImageDetails } from '../engine/engine'
import { historyFromConfig } from '../hostfs/image-config'
import type { HostSession } from '../session/host-session'
import { sessionOf } from './context'
import type { Handler } from './handler'

export const listImages: Handler<'images.list'> = async (context, { hostId }, signal) => {
  const engine = await sessionOf(context, hostId).engine()
  const images = await engine.images({}, signal)
  return images
    .map((image) => ({ ...image, references: [...image.references] }))
    .sort((a, b) => b.createdAt.localeCompare(a.createdAt))
}

export const showStack: Handler<'images.stack'> = async (context, { hostId, image }, signal) => {
  const stack = await imageStack(sessionOf(context, hostId), image, signal)
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
  const engine = await sessionOf(context, hostId).engine()
  const [details, history] = await Promise.all([engine.image(image, signal), engine.history(image, signal)])
  return { inspect: details.raw, history: history.raw }
}

/** An image with its layers and what made them. */
export async function imageStack(session: HostSession, image: string, signal: AbortSignal): Promise<ImageStack> {
  const engine = await session.engine()
  const details = await engine.image(image, signal)
  const [reported, configured] = await Promise.all([
    reportedHistory(engine, details, signal),
    configuredHistory(session, details, signal),
  ])
  const history = configured === undefined ? reported : withSizes(configured, reported)
  const { layers, steps } = layersWithHistory(details.diffIds, history)
  const { raw: _raw, diffIds: _diffIds, ...facts } = details
  return {
    ...facts,
    layers,
    history: steps,
    historySource: configured === undefined ? 'report' : 'config',
  }
}

/** The engine's report names an author only for the image itself, which is its newest step. */
async function reportedHistory(engine: Engine, details: ImageDetails, signal: AbortSignal): Promise<HistoryEntry[]> {
  const { steps } = await engine.history(details.id, signal)
  const history = markEmptySteps(steps, details.diffIds.length)
  return history.map((entry, index) => (index === history.length - 1 ? { ...entry, author: details.author } : entry))
}

async function configuredHistory(
  session: HostSession,
  details: ImageDetails,
  signal: AbortSignal,
): Promise<HistoryEntry[] | undefined> {
  const { hostFiles, dataRoot } = await session.description()
  if (!hostFiles.works) return undefined
  const history = await historyFromConfig(hostFiles.files, dataRoot, details.id, signal)
  return history === undefined || history.length === 0 ? undefined : history
}

/** Both tell the same steps in the same order; only the engine's report has sizes. */
function withSizes(configured: readonly HistoryEntry[], reported: readonly HistoryEntry[]): HistoryEntry[] {
  if (configured.length !== reported.length) return [...configured]
  return configured.map((entry, index) => {
    const size = reported[index]?.size
    return size === undefined ? entry : { ...entry, size }
  })
}
