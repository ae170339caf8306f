import { FrameReader, packCommand } from '../remote/command-frame'
import { refusedBySudo } from '../sudo-refusal'
import type { HostCommand } from '../transport'
import type { CommandEnd, StartedCommand } from './started-command'

/**
 * Takes two marks, the lengths of script and input in bytes, the script and the input on standard input. Output between the marks is the
 * script's; standard error has the first mark, too. When the input is read, `cat` waits for the end of standard input, and then the whole process
 * group ends, which is this command's own.
 */
const frameScript = [
  'IFS= read -r b; IFS= read -r e; IFS= read -r n; IFS= read -r m; s=$(dd bs=1 count="$n" 2>/dev/null);',
  'printf %s "$b" >&2; printf %s "$b"; exec 3<&0;',
  '{ head -c "$m" <&3; exec >&-; cat <&3 >/dev/null; kill -9 0; } |',
  '{ /bin/sh -c "$s" 3<&-; printf "%s%s;" "$e" "$?"; }',
].join(' ')

/**
 * A command that sudo runs on this machine, in the frame that commands over SSH have. A sudo that logs what commands say (sudoers(5),
 * log_output) loses the end of it when the command ends before all is read (measured with 1.9.13), and its own complaints come on the same
 * stream: in the frame a command says where its output begins and ends, and ends when its input is closed.
 */
export class RootFrame {
  readonly command: HostCommand
  readonly #begin: string
  readonly #reader: FrameReader

  constructor({ name, script, input = Buffer.alloc(0) }: Pick<HostCommand, 'name' | 'script' | 'input'>) {
    const { packed, ...marks } = packCommand(script, input)
    this.command = { name, script: frameScript, input: packed, elevated: true }
    this.#begin = marks.begin
    this.#reader = new FrameReader(marks)
  }

  /** What of a part is the command's; lets it end when that was all. @throws RangeError as `FrameReader.push` */
  read(part: Buffer, started: Pick<StartedCommand, 'endInput'>): Buffer[] {
    const output = this.#reader.push(part)
    if (this.#reader.status !== undefined) started.endInput()
    return output
  }

  /** sudo has begun it. */
  get hasBegun(): boolean {
    return this.#reader.hasBegun
  }

  /** @throws FailureError `command-failed` where sudo did not begin it */
  endOf({ complaints }: CommandEnd): CommandEnd {
    const { status, hasBegun } = this.#reader
    if (!hasBegun) throw refusedBySudo(complaints)
    const own = saidSince(this.#begin, complaints)
    return status === undefined ? { complaints: own } : { complaints: own, status }
  }
}

/** What was complained of since a command began: what came before is sudo's. */
function saidSince(begin: string, complaints: string): string {
  const at = complaints.indexOf(begin)
  return at === -1 ? complaints : complaints.slice(at + begin.length).trim()
}
