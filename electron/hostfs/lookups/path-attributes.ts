import { failed } from '../../core/base/failure'
import { commandFailure } from '../../transport/command-failure'
import type { Attributes } from '../../core/changes/path-facts'
import { nulRecords, type HostFiles } from '../host/host-files'
import { shownAttributes } from '../attributes/shown-attributes'
import { enterFunction, quoted } from '../commands/enter-directory'

/** A path below a layer's directory, both as bytes; the path begins with a slash or is empty. */
export interface LayerPath {
  readonly layer: string
  readonly path: string
}

/** Paths that one command is asked about, and bytes that are read of it at most: attributes are a container's to write. */
const mostPaths = 1000
const longestOutput = 64 * 1024 * 1024
/** Bytes of names that one argument of a command may hold; Linux takes 128 KiB (execve(2), MAX_ARG_STRLEN). */
const longestNames = 16 * 1024

/**
 * Prints the attributes of some names of one directory a time; each argument is NUMBER//LAYER//DIRECTORY//NAME/NAME/…, which no part can break.
 * Attributes belong to the path itself: no link is followed and nothing is opened. Behind the answers stands which names are there at all.
 */
const groupsScript = `${enterFunction}
set -f
for group; do
  number=\${group%%//*} rest=\${group#*//}
  layer=\${rest%%//*} rest=\${rest#*//}
  directory=\${rest%%//*} names=\${rest#*//}
  echo "= $number"
  enter "$layer" "$directory" || continue
  IFS=/
  set -- $names
  unset IFS
  getfattr -h -d -m "$wanted" -e base64 -- "$@" 2>/dev/null
  at=0
  for name; do
    { [ -e "$name" ] || [ -h "$name" ]; } && echo "+ $at"
    at=$((at + 1))
  done
done
true
`
const scriptFor = (wanted: string) => `
getfattr --version 2>/dev/null | grep -q "^getfattr" || { echo "no getfattr"; exit; }
wanted=${quoted(wanted)}
export wanted
exec xargs -0 -r sh -c ${quoted(groupsScript)} sh 2>/dev/null`
const scripts = { all: scriptFor('-'), origin: scriptFor('^(trusted|user)\\.overlay\\.origin$') } as const

/**
 * Extended attributes of paths as the container sees them, by their positions; a path that is not there any more is left out. Nothing where the host has no
 * getfattr. `origin` asks for overlayfs's copy-up origin alone.
 * @throws FailureError `command-failed`
 */
export async function pathAttributes(
  host: HostFiles,
  paths: readonly LayerPath[],
  wanted: keyof typeof scripts,
  signal: AbortSignal,
): Promise<Map<number, Attributes> | undefined> {
  const groups = groupsOf(paths)
  const all = new Map<number, Attributes>()
  let batch: Group[] = []
  let size = 0
  for (const [at, group] of groups.entries()) {
    batch.push(group)
    size += group.names.length
    if (size < mostPaths && at < groups.length - 1) continue
    const some = await attributesOf(host, paths, batch, wanted, signal)
    if (some === undefined) return undefined
    for (const [position, attributes] of some) all.set(position, attributes)
    batch = []
    size = 0
  }
  return all
}

async function attributesOf(
  host: HostFiles,
  paths: readonly LayerPath[],
  groups: readonly Group[],
  wanted: keyof typeof scripts,
  signal: AbortSignal,
): Promise<Map<number, Attributes> | undefined> {
  const input = nulRecords(
    groups.map((group, at) => `${String(at)}//${group.head}//${group.names.join('/')}`),
  )
  const command = {
    name: 'reading the extended attributes of paths',
    script: scripts[wanted],
    input,
    elevated: host.elevated,
  }
  const answer = new AttributeAnswer(groups)
  let rest = ''
  let length = 0
  for await (const part of host.transport.run(command, signal)) {
    length += part.length
    if (length > longestOutput) throw commandFailure(command, 'they are too long to be read')
    const lines = (rest + part.toString('latin1')).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      if (line === 'no getfattr') return undefined
      answer.takeIn(line)
    }
  }
  // Whoever is not named at the end counts as gone: a line that is cut off may have named one.
  if (rest !== '') throw malformed()
  for (const [position, attributes] of answer.present)
    answer.present.set(position, shownAttributes(host, paths[position]?.layer ?? '', attributes))
  return answer.present
}

interface Group {
  readonly head: string
  readonly names: string[]
  readonly positions: number[]
}

/** Neighbours in one directory are asked for together. */
function groupsOf(paths: readonly LayerPath[]): Group[] {
  const groups: Group[] = []
  const open = new Map<string, { group: Group; length: number }>()
  for (const [position, { layer, path }] of paths.entries()) {
    const slash = path.lastIndexOf('/')
    const name = path === '' ? '.' : path.slice(slash + 1)
    const head = `${layer}//${path.slice(0, Math.max(0, slash))}`
    let last = open.get(head)
    if (last === undefined || last.length > longestNames) {
      last = { group: { head, names: [], positions: [] }, length: 0 }
      open.set(head, last)
      groups.push(last.group)
    }
    last.group.names.push(name)
    last.group.positions.push(position)
    last.length += name.length + 1
  }
  return groups
}

/**
 * Takes in what getfattr prints: a heading with the name, a line for each attribute, an empty line. In names, bytes that would break a line
 * are written as a backslash and three octal digits, the backslash too. An attribute's name begins with its namespace and
 * so with a letter, which tells its line from the script's own.
 */
class AttributeAnswer {
  readonly present = new Map<number, Attributes>()
  readonly #groups: readonly Group[]
  #group: Group | undefined
  #found = new Map<string, Map<string, string>>()
  #of: Map<string, string> | undefined

  constructor(groups: readonly Group[]) {
    this.#groups = groups
  }

  takeIn(line: string): void {
    if (line === '') return
    if (line.startsWith('= ')) {
      this.#group = this.#groups[Number(line.slice(2))]
      this.#found = new Map()
    } else if (line.startsWith('+ ')) this.#note(Number(line.slice(2)))
    else if (line.startsWith('# file: ')) {
      this.#of = new Map()
      this.#found.set(unescaped(line.slice('# file: '.length)), this.#of)
    } else {
      const [, name = '', value = ''] = /^([a-z][^=]*)(?:=0s([A-Za-z0-9+/=]*))?$/.exec(line) ?? []
      if (name === '' || this.#of === undefined) throw malformed()
      this.#of.set(unescaped(name), Buffer.from(value, 'base64').toString('latin1'))
    }
  }

  #note(index: number): void {
    const position = this.#group?.positions[index]
    if (position !== undefined)
      this.present.set(position, this.#found.get(this.#group?.names[index] ?? '') ?? new Map())
  }
}

function malformed(): Error {
  return failed('command-failed', 'The list of attributes from the host is not well formed.')
}

function unescaped(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(parseInt(digits, 8)))
}
