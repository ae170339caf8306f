import { once } from 'node:events'
import { brokenStream } from '../../core/broken-stream'
import { displayName } from '../../core/display-name'
import { failed, type FailureError } from '../../core/failure'
import { isAccepted } from '../accepted-end'
import type { HostCommand } from '../transport'
import { commandLine, elevatedCommandLine, FrameReader, packCommand } from './command-frame'
import { saidInstead } from './only-command'
import type { SessionChannel, SessionChannels } from './session-channels'

/** Runs a command as `Transport.run` describes, on a session channel. */
export async function* runCommand(
  sessions: SessionChannels,
  command: HostCommand,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  if (signal.aborted) throw failed('cancelled', 'The command was cancelled before it began.')
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
    end(failed('cancelled', 'The command was cancelled.'))
  }
  signal.addEventListener('abort', cancel, { once: true })
  const { packed, ...marks } = packCommand(command.script, command.input ?? Buffer.alloc(0))
  const complaints = () => saidSince(marks.begin, session)
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
      throw failureOf(complaints() || (reader.hasBegun ? '' : saidInstead(session)), reader)
  } catch (error) {
    if (error instanceof RangeError)
      throw failed('command-failed', `A command on the host failed: ${error.message}.`)
    throw brokenStream(error, 'command-failed', 'A command on the host was cut off')
  } finally {
    signal.removeEventListener('abort', cancel)
    end()
  }
}

const complaintsWithin = 2000

/** Standard error is a stream of its own, whose last words may come after the end mark, but before the channel closes. */
async function restOfComplaints({ stream }: SessionChannel, signal: AbortSignal): Promise<void> {
  if (stream.closed) return
  const enough = AbortSignal.any([signal, AbortSignal.timeout(complaintsWithin)])
  const closed = once(stream, 'close', { signal: enough }).catch(() => undefined)
  stream.resume()
  stream.end()
  await closed
}

/** What login files and sudo complained of before is not the command's. */
function saidSince(mark: string, session: SessionChannel): string {
  const all = session.complaints()
  const at = all.indexOf(mark)
  return at === -1 ? all : all.slice(at + mark.length).trim()
}

function failureOf(complaints: string, reader: FrameReader): FailureError {
  const said = displayName(complaints).replaceAll('\\n', ' ')
  const { status } = reader
  if (status === undefined) {
    const how = reader.hasBegun ? 'ended before its output was whole' : 'did not begin'
    return failed('command-failed', `A command on the host ${how}. ${said}`.trim())
  }
  return failed('command-failed', `A command on the host ended with status ${String(status)}. ${said}`.trim())
}
