import { commandFailure } from '../../transport/command-failure'
import { outputOf } from '../../transport/transport'
import type { HostFiles } from '../host/host-files'
import { vanished } from '../commands/find-complaints'

/**
 * Two lines of standard input: a time in seconds and the upper directory. Answers with the host's time, and whether anything in there
 * has a change time (ctime, inode(7)) that is later; that stands for every write, also of names: a deletion moves
 * its directory's, so what vanishes during a look is news to the next one. It cannot be set by a container. Ends at the first hit.
 */
const gnuScript = `
IFS= read -r since && IFS= read -r upper && cd "$upper" || exit 3
date +%s.%N
exec find . -ignore_readdir_race -newerct "@$since" -printf newer -quit
`

/** The same in whole seconds. The directory itself is always among the entries, so no line at all is no answer. */
const portableScript = `
IFS= read -r since && IFS= read -r upper && cd "$upper" || exit 3
date +%s
find . -print0 2>/dev/null | xargs -0 -r stat -c %Z 2>/dev/null |
  awk -v since="$since" '{ lines += 1 } $1 >= int(since) { found = 1; exit } END { if (found || !lines) print "newer" }'
`

/** Seconds by which a file's time can be earlier than the clock: the kernel stamps with the last tick, other tools see whole seconds. */
const margin = 1

/** Whether something was written, and up to when that holds, in seconds of the host's clock. */
export interface NewerEntries {
  readonly found: boolean
  readonly asOf: number
}

/**
 * Asks whether anything in an upper directory changed since a time that an earlier answer gave; 0 for the first time. Once in a while something is
 * said to be newer that was seen already, never the other way round: a clock that was set back counts as news.
 * @throws FailureError `command-failed` or `cancelled`
 */
export async function newerEntries(
  { transport, elevated, tools }: HostFiles,
  upper: string,
  since: number,
  signal: AbortSignal,
): Promise<NewerEntries> {
  const script = tools.find === 'gnu' ? gnuScript : portableScript
  const from = Math.max(0, since - margin).toFixed(3)
  const command = {
    name: 'looking for newer entries of the upper directory',
    silence: 'long' as const,
    script,
    input: Buffer.from(`${from}\n${upper}\n`),
    elevated,
    passesOver: vanished,
  }
  const said = /^(\d{1,12}(?:\.\d+)?)[^\n]*\n(newer\s*)?$/.exec(
    (await outputOf(transport, command, signal, 1000)).toString('latin1'),
  )
  if (said === null) throw commandFailure(command, 'the host told no time that is understood')
  const asOf = Number(said[1])
  return { found: said[2] !== undefined || asOf < since, asOf }
}
