import { setMaxListeners } from 'node:events'
import { isAborted } from '../../core/base/abort'
import type { FailureError } from '../../core/base/failure'
import { isAccepted, withoutNoise } from '../accepted-end'
import { brokenCommand, cancelledCommand, commandFailure, endFailure } from '../command-failure'
import type { CommandLimits } from '../limits/command-limits'
import { CommandWait } from '../limits/command-wait'
import type { HostCommand } from '../transport'
import { RootFrame } from './root-frame'
import { type CommandEnd, startHere, type StartCommand, type StartedCommand } from './started-command'

interface Surroundings {
  readonly start: StartCommand
  readonly limits: CommandLimits
}

/** Runs a command on this machine as `Transport.run` describes. */
export async function* runLocally(
  command: HostCommand,
  signal: AbortSignal,
  { start, limits }: Surroundings,
): AsyncGenerator<Buffer> {
  if (signal.aborted) throw cancelledCommand(command)
  // Any number of commands may be given the same signal.
  setMaxListeners(0, signal)
  const frame = command.elevated === true ? new RootFrame(command) : undefined
  const started = start(frame?.command ?? command)
  const waiting = new Waiting(command, started, limits, signal)
  try {
    if (frame === undefined) waiting.heard()
    try {
      for await (const part of await waiting.unlessGivenUp(started.output)) {
        if (frame?.hasBegun !== false) waiting.heard()
        waiting.isHeldUp = true
        if (frame === undefined) yield part as Buffer
        else yield* frame.read(part as Buffer, started)
        waiting.isHeldUp = false
        if (frame?.hasBegun !== false) waiting.heard()
      }
    } catch (error) {
      if (waiting.failure === undefined)
        throw brokenCommand(command, error, 'its output could not be read to its end')
    }
    const end = await waiting.unlessGivenUp(started.end)
    if (end.lost !== undefined)
      throw commandFailure(command, `how the command ended is not known, for ${end.lost}`)
    if (end.error !== undefined) {
      if (start === startHere) throw commandFailure(command, `the command could not be started: ${end.error}`)
      // Whatever keeps another process from starting it may not keep this one.
      yield* runLocally(command, signal, { start: startHere, limits })
      return
    }
    const { status, complaints } = frame?.endOf(end) ?? end
    if (isAccepted(command, status, complaints)) return
    const noise = await waiting.unlessGivenUp(noiseHere(command.elevated === true, limits))
    const own = withoutNoise(complaints, noise)
    if (!isAccepted(command, status, own)) throw endFailure(command, status, own)
  } finally {
    waiting.end()
  }
}

/** The waiting for a command, which ends with its signal or its limits, also where the command cannot be ended. */
class Waiting {
  /** What is done with what it said takes its time. */
  isHeldUp = false
  /** Why it was given up. */
  failure: FailureError | undefined
  readonly #started: StartedCommand
  readonly #wait: CommandWait
  readonly #givenUp: Promise<never>
  readonly end: () => void

  constructor(command: HostCommand, started: StartedCommand, limits: CommandLimits, signal: AbortSignal) {
    this.#started = started
    let giveUp: (failure: FailureError) => void = () => undefined
    this.#givenUp = new Promise((_, reject) => {
      giveUp = (failure) => {
        this.failure ??= failure
        reject(failure)
        started.stop()
      }
    })
    this.#givenUp.catch(() => undefined)
    const surroundings = { silence: () => 0, isHeldUp: () => this.isHeldUp }
    this.#wait = new CommandWait(command, limits, surroundings, giveUp)
    const cancel = () => {
      giveUp(cancelledCommand(command))
    }
    signal.addEventListener('abort', cancel, { once: true })
    if (isAborted(signal)) cancel()
    this.end = () => {
      signal.removeEventListener('abort', cancel)
      this.#wait.stop()
      this.#started.stop()
    }
  }

  heard(): void {
    this.#wait.heard()
  }

  /** @throws FailureError why the command was given up */
  async unlessGivenUp<Value>(work: Promise<Value>): Promise<Value> {
    const value = await Promise.race([work, this.#givenUp])
    // Both may have come.
    if (this.failure !== undefined) throw this.failure
    return value
  }
}

const noise = new Map<boolean, Promise<string>>()

/** What stands on standard error of every command here, such as complaints of the dynamic linker or of sudo; found out once. */
function noiseHere(elevated: boolean, { beginWithin }: CommandLimits): Promise<string> {
  const known = noise.get(elevated) ?? noiseOf(elevated, beginWithin)
  noise.set(elevated, known)
  return known
}

async function noiseOf(elevated: boolean, within: number): Promise<string> {
  const started = startHere({ name: 'a command that does nothing', script: ':', elevated })
  let timer: NodeJS.Timeout | undefined
  const tooLate = new Promise<CommandEnd>((resolve) => {
    timer = setTimeout(() => {
      // One that hangs says nothing of others.
      noise.delete(elevated)
      started.stop()
      resolve({ complaints: '' })
    }, within)
  })
  return await Promise.race([started.end, tooLate])
    .then(complaintsOfGood)
    .finally(() => {
      clearTimeout(timer)
    })
}

function complaintsOfGood({ status, complaints }: CommandEnd): string {
  return status === 0 ? complaints : ''
}
