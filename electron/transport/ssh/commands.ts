import { displayName } from '../../core/display-name'
import { failed, type FailureError } from '../../core/failure'
import type { HostCommand } from '../transport'
import { commandLine, elevatedCommandLine, FrameReader, packCommand } from './command-frame'
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
  const cancel = () => {
    stream.destroy(failed('cancelled', 'The command was cancelled.'))
  }
  signal.addEventListener('abort', cancel, { once: true })
  try {
    if (signal.aborted) cancel()
    const { packed, ...marks } = packCommand(command.script, command.input ?? Buffer.alloc(0))
    const reader = new FrameReader(marks)
    // A command that reads none of its input ends before it has all; what became of it says the end mark.
    stream.on('error', () => undefined)
    stream.write(packed)
    for await (const chunk of stream) {
      yield* reader.push(chunk as Buffer)
      if (reader.status !== undefined) break
    }
    const failure = failureOf(session, reader, command)
    if (failure !== undefined) throw failure
  } catch (error) {
    if (error instanceof RangeError)
      throw failed('command-failed', `A command on the host failed: ${error.message}.`)
    throw error
  } finally {
    signal.removeEventListener('abort', cancel)
    // Closes standard input, at which the wrapper ends what still runs.
    stream.destroy()
  }
}

function failureOf(
  session: SessionChannel,
  reader: FrameReader,
  command: HostCommand,
): FailureError | undefined {
  const said = displayName(session.complaints()).replaceAll('\\n', ' ')
  const { status } = reader
  if (status === undefined) {
    const how = reader.hasBegun ? 'ended before its output was whole' : 'did not begin'
    return failed('command-failed', `A command on the host ${how}. ${said}`.trim())
  }
  if (status === 0 || (command.accepts ?? []).includes(status)) return undefined
  return failed('command-failed', `A command on the host ended with status ${String(status)}. ${said}`.trim())
}
