import { defineStore } from 'pinia'
import { computed, shallowRef, watch } from 'vue'
import type { Failure } from '../../../../electron/core/base/failure'
import { call } from '../../bridge/call'
import { useChanges, type ChangeRow } from '../changes/changes'
import { useDrafts } from '../snapshots/drafts'
import { useNavigation } from '../place/navigation'
import { useSnapshots } from '../snapshots/snapshots'
import { useUnfinished } from '../snapshots/unfinished'
import { mayLack } from '../snapshots/snapshot-run'
import type { Undone, UndoRun, UndoSubject } from './undo-run'

/** The snapshot that is made before anything is undone. */
export interface SafetySnapshot {
  readonly reference: string
  readonly message: string
}

/** Undoing one change of the chosen container: asked about first, then done, one at a time. */
export const useUndo = defineStore('undo', () => {
  const navigation = useNavigation()
  const changes = useChanges()
  const drafts = useDrafts()
  const snapshots = useSnapshots()
  const unfinished = useUnfinished()
  /** The question or the work that is in front of the person. */
  const run = shallowRef<UndoRun>()
  const undone = shallowRef<Undone>()
  const isBusy = computed(() => run.value?.state === 'saving' || run.value?.state === 'undoing')
  let aborter = new AbortController()

  /** Finds out what undoing would do, and asks. */
  async function begin(row: ChangeRow): Promise<void> {
    const { container } = navigation
    if (container === undefined || isBusy.value) return
    const signal = startedAnew()
    const subject: UndoSubject = { ...container, row }
    run.value = { state: 'planning', subject }
    undone.value = undefined
    const result = await call('undo.plan', pathOf(subject), signal)
    if (signal.aborted) return
    run.value = result.ok
      ? { state: 'planned', subject, plan: result.value }
      : { state: 'failed', subject, failure: result.failure, at: 'planning' }
  }

  /** Does what was planned; a safety snapshot that fails ends it before anything is undone. */
  async function confirm(snapshot?: SafetySnapshot): Promise<void> {
    if (run.value?.state !== 'planned' || run.value.plan.through === undefined) return
    const { subject, plan } = run.value
    const signal = startedAnew()
    if (snapshot !== undefined) {
      run.value = { state: 'saving', subject, plan, cancelling: false }
      const failed = await save(subject, snapshot)
      if (failed !== undefined) {
        run.value = { state: 'failed', subject, at: 'saving', ...failed }
        return
      }
    }
    const saved = snapshot === undefined ? {} : { saved: snapshot.reference }
    run.value = { state: 'undoing', subject, plan, cancelling: signal.aborted }
    const result = await call('undo.apply', { ...pathOf(subject), action: plan.action }, signal)
    if (result.ok) undone.value = { subject, action: result.value.action, at: Date.now(), ...saved }
    run.value = result.ok
      ? undefined
      : { state: 'failed', subject, failure: result.failure, at: 'undoing', ...saved }
    if (navigation.container?.containerId === subject.containerId) void changes.refresh()
  }

  /** Why the snapshot was not made, or does not keep what is to be undone; nothing where it does. */
  async function save(
    { hostId, containerId, row }: UndoSubject,
    { reference, message }: SafetySnapshot,
  ): Promise<{ failure: Failure; saved?: string } | undefined> {
    if (snapshots.isRunning(containerId)) return { failure: otherSnapshot }
    if (unfinished.isOpen(hostId, containerId)) return { failure: unsettledSnapshot }
    const { author, pause, message: typed } = drafts.filled(containerId)
    await snapshots.commit({ hostId, containerId, reference, message, author, pause })
    // What stands in the commit box is for another snapshot.
    if (typed !== '') drafts.change(containerId, { message: typed })
    const ended = snapshots.runs.get(containerId)
    if (ended?.state === 'made')
      return mayLack(ended.made, row.path) ? { failure: notKept, saved: reference } : undefined
    snapshots.dismiss(containerId)
    return { failure: ended?.state === 'failed' ? ended.failure : nameTaken }
  }

  function cancel(): void {
    const current = run.value
    if (current?.state !== 'saving' && current?.state !== 'undoing') return
    run.value = { ...current, cancelling: true }
    aborter.abort()
    if (current.state === 'saving') snapshots.cancel(current.subject.containerId)
  }

  /** Takes the question or the failure away; what is under way stays. */
  function close(): void {
    if (isBusy.value) return
    aborter.abort()
    run.value = undefined
  }

  function dismiss(): void {
    undone.value = undefined
  }

  function startedAnew(): AbortSignal {
    aborter.abort()
    aborter = new AbortController()
    return aborter.signal
  }

  watch(
    () => navigation.container?.containerId,
    () => {
      close()
      dismiss()
    },
  )

  return { run, undone, isBusy, begin, confirm, cancel, close, dismiss }
})

const otherSnapshot: Failure = {
  kind: 'conflict',
  message: 'Another snapshot of this container is being made.',
}
const unsettledSnapshot: Failure = {
  kind: 'conflict',
  message: 'What became of the snapshot of this container before is not known yet.',
  remedy: 'Wait until it is, or forget that one, or undo the change without a snapshot.',
}
const notKept: Failure = {
  kind: 'conflict',
  message: 'The image of the snapshot does not have this path as the container has it.',
  remedy: 'Look at what differs in the box of the snapshot, or undo the change without one.',
}
const nameTaken: Failure = {
  kind: 'reference-in-use',
  message: 'Another image has taken the name of the snapshot meanwhile.',
}

function pathOf({ hostId, containerId, row: { path, pathBytes } }: UndoSubject) {
  return { hostId, containerId, path, ...(pathBytes !== undefined && { pathBytes }) }
}
