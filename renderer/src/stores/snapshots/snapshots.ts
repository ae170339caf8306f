import { defineStore } from 'pinia'
import { shallowReactive, watch } from 'vue'
import { call } from '../../bridge/call'
import { subscribe } from '../../bridge/events'
import { useContainers } from '../containers/containers'
import { useSettings } from '../settings/settings'
import { useUnfinished } from './unfinished'
import type { CommitInput, SnapshotRun } from './snapshot-run'

/** Snapshots under way and how the last one of each container ended. */
export const useSnapshots = defineStore('snapshots', () => {
  const settings = useSettings()
  const containers = useContainers()
  const unfinished = useUnfinished()
  /** By container id. */
  const runs = shallowReactive(new Map<string, SnapshotRun>())
  const aborters = new Map<string, AbortController>()
  /** Containers whose run has ended and was looked at: nobody has to be told of it elsewhere. */
  const seen = shallowReactive(new Set<string>())
  const endListeners = new Set<(containerId: string) => void>()

  subscribe('snapshot.progressed', ({ containerId, step }) => {
    const run = runs.get(containerId)
    if (run?.state === 'running' && step !== 'made' && step !== 'failed')
      runs.set(containerId, { ...run, step })
  })

  // What the list of unfinished ones tells by now.
  watch(
    () => [...runs].filter(([id, run]) => isUnknown(run) && !unfinished.isOpen(run.input?.hostId ?? '', id)),
    (settled) => {
      for (const [id] of settled) runs.delete(id)
    },
  )

  function isRunning(containerId: string): boolean {
    return aborters.has(containerId)
  }

  /** Makes a snapshot; a name that another image has is asked about before it is moved. */
  async function commit(input: CommitInput): Promise<void> {
    const { containerId } = input
    if (isRunning(containerId)) return
    const aborter = begin(containerId, input)
    void settings.change({ author: input.author, pause: input.pause ?? true })
    const baseImage = containers.find(input.hostId, containerId)?.imageId
    const result = await call('snapshots.commit', input, aborter.signal)
    aborters.delete(containerId)
    if (result.ok) {
      runs.set(containerId, {
        state: 'made',
        input,
        made: result.value,
        at: Date.now(),
        ...(baseImage && { baseImage }),
      })
      for (const listener of endListeners) listener(containerId)
    } else if (result.failure.kind === 'reference-in-use' && input.replace !== true) {
      runs.set(containerId, { state: 'name-taken', input })
    } else {
      // The engine may go on with what nobody waits for any more.
      if (result.failure.kind === 'outcome-unknown') unfinished.lookFor(input.hostId, containerId)
      else void unfinished.refresh(input.hostId)
      runs.set(containerId, { state: 'failed', input, failure: result.failure, at: Date.now() })
    }
  }

  /** One click: the suggested name, the remembered author, no message. */
  async function commitAtOnce(hostId: string, containerId: string): Promise<void> {
    if (isRunning(containerId)) return
    const placeholder = { hostId, containerId, reference: '', message: '', author: settings.chosen.author }
    const aborter = begin(containerId, placeholder)
    const review = await call('snapshots.review', { hostId, containerId }, aborter.signal)
    aborters.delete(containerId)
    if (!review.ok) {
      runs.set(containerId, { state: 'failed', failure: review.failure, at: Date.now() })
      return
    }
    const author = settings.chosen.author === '' ? review.value.author : settings.chosen.author
    const reference = review.value.suggestedReference
    await commit({ ...placeholder, reference, author, pause: settings.chosen.pause })
  }

  /** Does again what failed. */
  async function again(hostId: string, containerId: string): Promise<void> {
    const run = runs.get(containerId)
    if (run?.state !== 'failed') return
    if (run.input === undefined) await commitAtOnce(hostId, containerId)
    else await commit(run.input)
  }

  function begin(containerId: string, input: CommitInput): AbortController {
    const aborter = new AbortController()
    aborters.set(containerId, aborter)
    seen.delete(containerId)
    runs.set(containerId, {
      state: 'running',
      input,
      step: 'waiting',
      startedAt: Date.now(),
      cancelling: false,
    })
    return aborter
  }

  function cancel(containerId: string): void {
    const run = runs.get(containerId)
    if (run?.state !== 'running') return
    runs.set(containerId, { ...run, cancelling: true })
    aborters.get(containerId)?.abort()
  }

  function dismiss(containerId: string): void {
    if (!isRunning(containerId)) runs.delete(containerId)
  }

  /** Notes that a person has the end of a run in sight. */
  function see(containerId: string): void {
    if (!isRunning(containerId) && runs.has(containerId)) seen.add(containerId)
  }

  /** Tells when a snapshot was made; gives the function that ends it. */
  function onMade(listener: (containerId: string) => void): () => void {
    endListeners.add(listener)
    return () => endListeners.delete(listener)
  }

  return { runs, seen, isRunning, commit, commitAtOnce, again, cancel, dismiss, see, onMade }
})

function isUnknown(run: SnapshotRun): boolean {
  return run.state === 'failed' && run.failure.kind === 'outcome-unknown'
}
