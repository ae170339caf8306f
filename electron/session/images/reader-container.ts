import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { failed, isFailure, type FailureError } from '../../core/base/failure'
import { unlessAborted } from '../../core/base/unless-aborted'
import type { Engine, ReaderRequest } from '../../engine/engine'
import { stateOf, thisProcess } from '../../machine/running-process'

/** A container that shows what an image has; never started, gone when it is closed. */
export interface ImageReader {
  readonly containerId: string
  close(): Promise<void>
}

/** Milliseconds for making and removing a container; neither is cut off when the one who reads gives up, who waits for neither any longer. */
const makeWithin = 60_000
const removeWithin = 60_000
/** Milliseconds for removing what others left, before anything is made. */
const tidyWithin = 15_000
/** Milliseconds that removing is waited for when nobody wants what is read any more. */
const moment = 1_000
/** Milliseconds after which a container of a process that cannot be looked at is nobody's any more. */
const abandonedAfter = 24 * 60 * 60_000

/** The readers of this process that are in use, by their owner labels; several sessions may share an engine. */
const inUse = new Set<string>()

/**
 * Makes a container of an image to read it through. Making it is not cut off: an engine goes on with it, and it could not be
 * removed by an id that nobody heard. One that comes when nobody wants it any more is removed then.
 * @throws FailureError `cancelled`, `timed-out`, and what the engine says
 */
export async function openImageReader(
  engine: Engine,
  imageId: string,
  signal: AbortSignal,
): Promise<ImageReader> {
  await tidy(engine, signal)
  const { pid, start = '', place = '' } = thisProcess()
  const owner = `${hostname()}/${String(pid)}/${randomUUID()}/${start}/${encodeURIComponent(place)}`
  inUse.add(owner)
  const remove = async (containerId: string) => {
    inUse.delete(owner)
    await removeNowOrLater(engine, containerId, AbortSignal.timeout(removeWithin))
  }
  const making = madeReader(engine, { imageId, owner })
  try {
    const containerId = await unlessAborted(making, signal, 'Reading the image was cancelled.')
    return {
      containerId,
      async close() {
        await whileWanted(remove(containerId), signal)
      },
    }
  } catch (error) {
    if (signal.aborted) await momentFor(making.then(remove).finally(() => inUse.delete(owner)))
    else inUse.delete(owner)
    throw error
  }
}

/** To tidy up is not what was asked for: what cannot be removed now is left for the next time. */
async function tidy(engine: Engine, signal: AbortSignal): Promise<void> {
  try {
    await removeLeftReaders(engine, AbortSignal.any([signal, AbortSignal.timeout(tidyWithin)]))
  } catch (error) {
    if (!isFailure(error) || signal.aborted) throw error
  }
}

/** Waits for work that goes on by itself, little longer than a signal. */
async function whileWanted(work: Promise<void>, signal: AbortSignal): Promise<void> {
  try {
    await unlessAborted(work, signal, 'It goes on by itself.')
  } catch (error) {
    if (!signal.aborted) throw error
    await momentFor(work)
  }
}

/** An engine that answers is done in this time, and nothing is left behind by a program that ends next. */
async function momentFor(work: Promise<unknown>): Promise<void> {
  await Promise.race([work.catch(() => undefined), sleep(moment, undefined, { ref: false })])
}

/** An engine that has an image for another platform only does not find it, unless that platform is named. */
async function madeReader(engine: Engine, request: ReaderRequest): Promise<string> {
  const signal = AbortSignal.timeout(makeWithin)
  try {
    return await engine.createReader(request, signal)
  } catch (error) {
    if (signal.aborted) throw notMade()
    if (!isFailure(error, 'not-found')) throw error
    // Where it is not there at all, this fails as the first request did.
    const { os, architecture } = await engine.image(request.imageId, signal)
    return await engine.createReader({ ...request, platform: `${os}/${architecture}` }, signal)
  }
}

function notMade(): FailureError {
  return failed(
    'timed-out',
    `The engine did not make a container of the image, to read it, within ${String(makeWithin / 1000)} seconds.`,
    'The engine may be overloaded or its storage slow; look at its log, and try it again.',
  )
}

/**
 * Removes readers that a crash or a lost connection left behind: those of processes of this machine that are gone, those of this
 * one that it does not use, and very old ones of others. What cannot be removed now is left for the next time.
 */
export async function removeLeftReaders(engine: Engine, signal: AbortSignal): Promise<void> {
  for (const { id, owner, createdAt } of await engine.readers(signal)) {
    if (!isLeft(owner, Date.now() - Date.parse(createdAt))) continue
    await removeNowOrLater(engine, id, signal)
  }
}

/** What was read is good whatever becomes of the container; one that could not be removed is found by its label. */
async function removeNowOrLater(engine: Engine, id: string, signal: AbortSignal): Promise<void> {
  try {
    await engine.removeReader(id, signal)
  } catch (error) {
    if (!isFailure(error)) throw error
  }
}

function isLeft(owner: string, age: number): boolean {
  const [machine, pid = '', , start = '', place = ''] = owner.split('/')
  if (inUse.has(owner)) return false
  if (machine !== hostname() || !/^\d+$/.test(pid)) return age > abandonedAfter
  const maker = { pid: Number(pid), start: start || undefined, place: decoded(place) || undefined }
  const state = stateOf(maker)
  if (state === 'unknown') return age > abandonedAfter
  return state === 'ended' || maker.pid === process.pid
}

/** Anybody may give a container a label. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
