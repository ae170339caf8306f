import { markEmptySteps } from '../core/history'
import type { ImageStack } from '../core/image'
import { layersWithHistory, type HistoryEntry } from '../core/layer'
import type { Engine, ImageDetails } from '../engine/engine'
import { historyInConfig } from '../engine/image-config'
import { readImageConfig } from '../hostfs/image-config'
import type { HostSession } from './host-session'

/** Histories that were read, of the latest images of each host: a config never changes, for its digest names it. */
const knownHistories = new WeakMap<HostSession, Map<string, HistoryEntry[]>>()
const mostKnown = 200

/** An image with its layers, bottom to top, and what made them, as exactly as the host can tell. */
export async function imageStack(
  session: HostSession,
  image: string,
  signal: AbortSignal,
): Promise<ImageStack> {
  const engine = await session.engine()
  const { raw: _raw, directories: _directories, diffIds, ...facts } = await engine.image(image, signal)
  const [reported, configured] = await Promise.all([
    reportedHistory(engine, { ...facts, diffIds }, signal),
    configuredHistory(session, { ...facts, diffIds }, signal),
  ])
  const history = configured === undefined ? reported : withSizes(configured, reported)
  const { layers, steps } = layersWithHistory(diffIds, history)
  return { ...facts, layers, history: steps, historySource: configured === undefined ? 'report' : 'config' }
}

/** The engine's report names an author only for the image itself, which is its newest step. */
async function reportedHistory(
  engine: Engine,
  { id, diffIds, author }: Pick<ImageDetails, 'id' | 'diffIds' | 'author'>,
  signal: AbortSignal,
): Promise<HistoryEntry[]> {
  const { steps } = await engine.history(id, signal)
  const history = markEmptySteps(steps, diffIds.length)
  return history.map((entry, index) => (index === history.length - 1 ? { ...entry, author } : entry))
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
  const { hostFiles, dataRoot } = await session.description()
  if (!hostFiles.works || dataRoot === undefined) return undefined
  const config = await readImageConfig(hostFiles.files, dataRoot, image, signal)
  const history = config === undefined ? undefined : historyInConfig(config)
  if (history !== undefined) known.set(key, history)
  for (const oldest of known.keys()) if (known.size > mostKnown) known.delete(oldest)
  return history
}

/** Both tell the same steps in the same order; only the engine's report has sizes. */
function withSizes(configured: readonly HistoryEntry[], reported: readonly HistoryEntry[]): HistoryEntry[] {
  if (configured.length !== reported.length) return [...configured]
  return configured.map((entry, index) => {
    const size = reported[index]?.size
    return size === undefined ? entry : { ...entry, size }
  })
}
