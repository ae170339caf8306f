import { answered } from '../../core/base/allowed'
import { failed, isFailure } from '../../core/base/failure'
import { flaggedHistory, reportedHistory, type ReportedStep } from '../../core/images/history'
import type { ImageStack } from '../../core/images/image'
import {
  layersWithHistory,
  type HistoryEntry,
  type HistoryStep,
  type ImageHistory,
  type Layer,
} from '../../core/images/layer'
import type { ImageDetails } from '../../engine/engine'
import { historyInConfig } from '../../engine/image-config'
import { readImageConfig } from '../../hostfs/engine-store/image-config'
import { layerSizes } from '../../hostfs/engine-store/layer-sizes'
import { isWhole } from './base-image'
import type { HostSession } from '../host/host-session'

/** Histories that were read, of the latest images of each host: a config never changes, for its digest names it. */
const knownHistories = new WeakMap<HostSession, Map<string, HistoryEntry[]>>()
const mostKnown = 200

/**
 * An image with its layers, bottom to top, what made them and how large they are, as exactly as the engine and its host can tell; what
 * they do not tell is left out.
 */
export async function imageStack(
  session: HostSession,
  image: string,
  signal: AbortSignal,
): Promise<ImageStack> {
  const engine = await session.engine(signal)
  const { raw: _raw, directories: _directories, diffIds, ...facts } = await engine.image(image, signal)
  if (diffIds.length === 0) await refuseUnknownLayers(session, facts.id, signal)
  const [reported, configured] = await Promise.all([
    answered(engine.history(facts.id, signal)),
    configuredHistory(session, { ...facts, diffIds }, signal),
  ])
  const steps = reported.ok ? reported.value.steps : undefined
  const history = historyOf({ ...facts, diffIds }, configured, steps)
  const withHistory = layersWithHistory(diffIds, history)
  return {
    ...facts,
    ...(await measured(session, withHistory, signal)),
    historySource: configured !== undefined ? 'config' : steps !== undefined ? 'report' : 'none',
    historyIsWhole: history.isWhole,
    ...(reported.ok ? {} : { historyFailure: reported.failure }),
  }
}

/** Of an image that lacks parts the containerd store may tell no layers, which is not to have none. */
async function refuseUnknownLayers(
  session: HostSession,
  imageId: string,
  signal: AbortSignal,
): Promise<void> {
  if (await isWhole(session, { imageId, containerId: '' }, signal)) return
  throw failed(
    'base-incomplete',
    `The engine tells no layers of the image ${imageId}: parts of it are missing in the engine's store.`,
    'Pull the image again, or load it from an archive.',
  )
}

function historyOf(
  { diffIds, size, author }: Pick<ImageDetails, 'diffIds' | 'size' | 'author'>,
  configured: readonly HistoryEntry[] | undefined,
  steps: readonly ReportedStep[] | undefined,
): ImageHistory {
  if (configured !== undefined) return flaggedHistory(withSizes(configured, steps ?? []), diffIds.length)
  const { entries, isWhole } = reportedHistory(steps ?? [], { layerCount: diffIds.length, bytes: size })
  // The report names an author only for the image itself, which is its newest step.
  const last = entries.length - 1
  return { isWhole, entries: entries.map((entry, index) => (index === last ? { ...entry, author } : entry)) }
}

/** Sizes that the history does not tell, as the engine's store on the host has them. */
async function measured(
  session: HostSession,
  { layers, steps }: ReturnType<typeof layersWithHistory>,
  signal: AbortSignal,
): Promise<{ layers: Layer[]; history: HistoryStep[] }> {
  const sizes = layers.some(({ size }) => size === undefined)
    ? await sizesOnHost(session, layers, signal)
    : new Map<string, number>()
  const withSize = <One extends { readonly diffId?: string; readonly size?: number }>(one: One): One => {
    const size = one.size ?? sizes.get(one.diffId ?? '')
    return size === undefined ? one : { ...one, size }
  }
  return { layers: layers.map(withSize), history: steps.map(withSize) }
}

async function sizesOnHost(
  session: HostSession,
  layers: readonly Layer[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, number>> {
  const { hostFiles, dataRoot, storageDriver } = await session.description(signal)
  if (!hostFiles.works || dataRoot === undefined) return new Map()
  const diffIds = layers.map(({ diffId }) => diffId)
  try {
    const sizes = await layerSizes(hostFiles.files, { dataRoot, snapshotter: storageDriver }, diffIds, signal)
    return new Map(
      sizes.flatMap((size, index) => (size === undefined ? [] : ([[diffIds[index] ?? '', size]] as const))),
    )
  } catch (error) {
    if (!isFailure(error, 'command-failed')) throw error
    return new Map()
  }
}

async function configuredHistory(
  session: HostSession,
  image: Pick<ImageDetails, 'id' | 'diffIds' | 'os' | 'architecture'>,
  signal: AbortSignal,
): Promise<HistoryEntry[] | undefined> {
  const known = knownHistories.get(session) ?? new Map<string, HistoryEntry[]>()
  knownHistories.set(session, known)
  // An id of the containerd store may name an index of several platforms.
  const key = [image.id, ...image.diffIds].join(' ')
  const before = known.get(key)
  if (before !== undefined) return before
  const { hostFiles, dataRoot } = await session.description(signal)
  if (!hostFiles.works || dataRoot === undefined) return undefined
  const config = await readImageConfig(hostFiles.files, dataRoot, image, signal).catch((error: unknown) => {
    // The engine's report is there instead.
    if (isFailure(error, 'command-failed')) return undefined
    throw error
  })
  const history = config === undefined ? undefined : historyInConfig(config)
  if (history !== undefined) known.set(key, history)
  for (const oldest of known.keys()) if (known.size > mostKnown) known.delete(oldest)
  return history
}

/** Both tell the same steps in the same order; only the engine's report has sizes. */
function withSizes(configured: readonly HistoryEntry[], reported: readonly ReportedStep[]): HistoryEntry[] {
  if (configured.length !== reported.length) return [...configured]
  return configured.map((entry, index) => {
    const size = reported[index]?.size
    return size === undefined ? entry : { ...entry, size }
  })
}
