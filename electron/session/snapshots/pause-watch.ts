import { setTimeout as delay } from 'node:timers/promises'
import { answered } from '../../core/base/allowed'
import { isFailure } from '../../core/base/failure'
import type { ContainerDetails, Engine } from '../../engine/engine'
import { snapshotLimits } from './snapshot-limits'

export interface PauseWatch {
  /** Whether the container stood still; to be asked when the commit is done. */
  frozen: () => Promise<boolean>
  close: () => void
}

/**
 * Listens while a container is committed, because Docker ignores a pause that fails: only its event tells that the
 * container stood still. An engine that would have made nothing needs no listening.
 */
export async function watchPause(
  engine: Engine,
  container: ContainerDetails,
  { pause, engineTime }: { readonly pause: boolean; readonly engineTime?: number | undefined },
  signal: AbortSignal,
): Promise<PauseWatch> {
  if (container.state !== 'running') return { frozen: () => Promise.resolve(true), close: () => undefined }
  if (!pause) return { frozen: () => Promise.resolve(false), close: () => undefined }
  if (engine.commitProvesPause) return { frozen: () => Promise.resolve(true), close: () => undefined }
  const listening = new AbortController()
  const either = AbortSignal.any([signal, listening.signal])
  // What only proves that the container stood still does not stop the snapshot.
  const told = await answered(engine.events({ containerId: container.id }, either))
  const events = told.ok ? told.value : undefined
  let paused = false
  const heard = (async () => {
    try {
      if (events === undefined) paused = await seenPaused(engine, container.id, either)
      else
        for await (const { action } of events) {
          if (action === 'pause') paused = true
          if (action === 'commit') return
        }
    } catch (error) {
      // The commit itself reports a lost engine; without events the pause simply stays unproven.
      if (!isFailure(error)) throw error
    }
  })()
  // Whoever asks hears of it.
  heard.catch(() => undefined)
  return {
    async frozen() {
      // What was not seen by now is over; events may be late.
      if (events === undefined) listening.abort()
      const late = setTimeout(() => {
        listening.abort()
      }, snapshotLimits.lateEvents)
      await heard
      clearTimeout(late)
      return paused || (await remembersPause(engine, container.id, engineTime, signal))
    },
    close() {
      listening.abort()
    },
  }
}

/** Whether the engine still knows of a pause that it told while nobody could hear it. */
async function remembersPause(
  engine: Engine,
  containerId: string,
  since: number | undefined,
  signal: AbortSignal,
): Promise<boolean> {
  if (since === undefined) return false
  const past = await answered(engine.pastEvents(containerId, signal))
  return past.ok && past.value.events.some(({ action, time = 0 }) => action === 'pause' && time >= since)
}

/** Milliseconds between two looks at a container. */
const lookEvery = 10

/** Looks at the container's state until it is paused or the signal ends it, where a proxy lets no events through. */
async function seenPaused(engine: Engine, containerId: string, signal: AbortSignal): Promise<boolean> {
  while (!signal.aborted) {
    if ((await engine.container(containerId, signal)).state === 'paused') return true
    await delay(lookEvery, undefined, { signal }).catch(() => undefined)
  }
  return false
}
