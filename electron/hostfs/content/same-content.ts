import { nameOf, parentOf, type BytePath } from '../../core/base/byte-path'
import { failed } from '../../core/base/failure'
import { nulRecords, type HostFiles } from '../host/host-files'
import { textLines } from '../commands/text-lines'
import { enterFunction, longestInOne, quoted } from '../commands/enter-directory'

/** A file of the upper layer, and one of a lower layer by its absolute path on the host, both of one size. */
export interface ContentPair {
  readonly path: BytePath
  readonly place: string
}

/**
 * Compares one pair after the other; each argument is NUMBER//UPPER//DIRECTORY//NAME//PLACE, which no part can break: none of them has two
 * slashes in a row. Says `NUMBER same`, `NUMBER other`, or nothing where there is no file to be read.
 *
 * The upper side may be swapped at any moment: only what is a plain file and no link is opened, GNU's dd refuses a link and waits for no pipe. With
 * another dd the shell opens it, the open file must be the inode that was looked at, and where opening does not end `timeout` ends it.
 * What took the file's place in the middle makes dd fail (1), and the pair is then passed over.
 *
 * busybox's `timeout` leaves a process that looks once a second whether the command has ended: with the output open it would hold up whoever reads it.
 */
const opened = `
facts=$(stat -c "%f %d:%i" "$1" 2>/dev/null) && [ -n "$facts" ] || exit 3
exec 4<"$1" || exit 3
[ "$(stat -L -c "%f %d:%i" /proc/self/fd/4 2>/dev/null)" = "$facts" ] || exit 3
exec cmp -s - "$2" <&4
`
const pairsScript = `${enterFunction}
plain() { [ -f "./$name" ] && [ ! -h "./$name" ]; }
say() { case $1 in 0) echo "$number same" ;; 1) echo "$number other" ;; esac; }
command -v cmp >/dev/null || { echo "no cmp"; exit; }
nofollow= seconds=
if dd if=/dev/null iflag=nofollow,nonblock,fullblock count=0; then nofollow=yes
elif timeout 5 true >/dev/null 3>&-; then :
elif timeout -t 5 true >/dev/null 3>&-; then seconds=-t
else echo "no timeout"; exit; fi
now= entered=
for pair; do
  number=\${pair%%//*} rest=\${pair#*//}
  upper=\${rest%%//*} rest=\${rest#*//}
  directory=\${rest%%//*} rest=\${rest#*//}
  name=\${rest%%//*} place=\${rest#*//}
  if [ \${#place} -gt ${String(longestInOne)} ]; then
    now=
    reach "\${place%/*}" && { command exec 5<"./\${place##*/}"; } || continue
    place=/proc/self/fd/5
  fi
  [ "$now" = "$upper//$directory" ] || { now=$upper//$directory entered=; enter "$upper" "$directory" && entered=1; }
  [ -n "$entered" ] && plain || continue
  if [ "$nofollow" = yes ]; then
    { dd if="./$name" iflag=nofollow,nonblock,fullblock bs=64k 2>/dev/null; [ $? != 1 ] || echo "$number gone" >&3; } | cmp -s - "$place"
  else
    timeout $seconds 10 sh -c "$opened" sh "./$name" "$place" >/dev/null 3>&-
  fi
  ended=$?
  plain && say "$ended"
done
true
`
const script = `exec 3>&1
opened=${quoted(opened)}
export opened
exec xargs -0 -r sh -c ${quoted(pairsScript)} sh 2>/dev/null`

/**
 * Which files of the upper layer have the content of a lower one, by the pairs' positions; what vanished, was swapped or is no file
 * any more is left out.
 * @throws FailureError `command-failed`, also where the host has no tool to compare
 */
export async function sameContent(
  { transport, elevated }: HostFiles,
  upper: string,
  pairs: readonly ContentPair[],
  signal: AbortSignal,
): Promise<Map<number, boolean>> {
  const found = new Map<number, boolean>()
  if (pairs.length === 0) return found
  const records = pairs.map(({ path, place }, at) =>
    [String(at), upper, parentOf(path), nameOf(path), place].join('//'),
  )
  const gone = new Set<number>()
  const command = {
    name: 'comparing the content of files',
    silence: 'long' as const,
    script,
    input: nulRecords(records),
    elevated,
  }
  const said = textLines(transport.run(command, signal), mostOfPair * pairs.length, command)
  for await (const line of said) takeIn(line, found, gone)
  for (const number of gone) found.delete(number)
  return found
}

/** Lines that are said of a pair: what it is, and that a file of it went meanwhile. */
const mostOfPair = 2

function takeIn(line: string, found: Map<number, boolean>, gone: Set<number>): void {
  const [, number = '', word = ''] = /^(\d+) (same|other|gone)$/.exec(line) ?? []
  if (word === 'gone') gone.add(Number(number))
  else if (word !== '') found.set(Number(number), word === 'same')
  else if (line.startsWith('no '))
    throw failed(
      'command-failed',
      `The host has no ${line === 'no cmp' ? 'cmp' : 'timeout'}, which comparing needs.`,
    )
  else throw failed('command-failed', 'What the host says of two files is not well formed.')
}
