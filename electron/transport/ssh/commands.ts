import { once } from 'node:events'
import type { FailureError } from '../../core/failure'
import { isAccepted } from '../accepted-end'
import { brokenCommand, cancelledCommand, commandFailure, endFailure } from '../command-failure'
import { refusedBySudo } from '../sudo-refusal'
import type { HostCommand } from '../transport'
import { commandLine, elevatedCommandLine, FrameReader, packCommand, saidSince } from './command-frame'
import type { SessionChannel, SessionChannels } from './session-channels'
import { didNotBegin } from './unbegun-command'

/** Runs a command as `Transport.run` describes, on a session channel. */
export async function* runCommand(
  sessions: SessionChannels,
  command: HostCommand,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  if (signal.aborted) throw cancelledCommand(command)
  const line = command.elevated === true ? elevatedCommandLine : commandLine
  const session = await sessions.start(line, signal)
  const { stream } = session
  let isOver = false
  const end = (failure?: FailureError) => {
    // Closing standard input ends what still runs, unless input that nobody reads stands before its end. sudo belongs to
    // root and ends by its input alone.
    if (!isOver && command.elevated !== true) session.kill()
    isOver = true
    stream.destroy(failure)
  }
  const cancel = () => {
    end(cancelledCommand(command))
  }
  signal.addEventListener('abort', cancel, { once: true })
  const { packed, ...marks } = packCommand(command.script, command.input ?? Buffer.alloc(0))
  const complaints = () => saidSince(marks.begin, session.complaints())
  try {
    if (signal.aborted) cancel()
    const reader = new FrameReader(marks)
    // A command that reads none of its input ends before it has all; what became of it says the end mark.
    stream.write(packed)
    for await (const chunk of stream.iterator({ destroyOnReturn: false })) {
      yield* reader.push(chunk as Buffer)
      if (reader.status !== undefined) break
    }
    isOver = true
    if (isAccepted(command, reader.status, '')) return
    await restOfComplaints(session, signal)
    if (!isAccepted(command, reader.status, complaints()))
      throw failureOf(command, complaints(), reader, session.exitStatus())
  } catch (error) {
    if (error instanceof RangeError) throw commandFailure(command, error.message)
    throw brokenCommand(command, error, 'the command was cut off')
  } finally {
    signal.removeEventListener('abort', cancel)
    end()
  }
}

const complaintsWithin = 2000

/** Standard error is a stream of its own, whose last words may come after the end mark, but before the channel closes. */
async function restOfComplaints(session: SessionChannel, signal: AbortSignal): Promise<void> {
  const enough = AbortSignal.any([signal, AbortSignal.timeout(complaintsWithin)])
  session.stream.resume()
  if (!enough.aborted) await Promise.race([session.close(), once(enough, 'abort')])
}

function failureOf(
  command: HostCommand,
  complaints: string,
  { status, hasBegun, noise }: FrameReader,
  exitStatus: number | undefined,
): FailureError {
  if (!hasBegun)
    return command.elevated === true
      ? refusedBySudo(complaints)
      : didNotBegin({ said: [noise, complaints], status: exitStatus })
  if (status !== undefined) return endFailure(command, status, complaints)
  return commandFailure(command, 'the command ended before its output was whole', complaints)
}
