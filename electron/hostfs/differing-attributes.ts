import { valueInside, type AttributeOwners } from '../core/owner-attributes'
import { nulRecords, type HostFiles } from './host-files'
import type { FilePair } from './equal-digests'
import { attributeOwnersAt } from './layer-owners'

// What has no attributes has no lines. xargs ends with 127 where there is no getfattr (package attr).
const script = `exec xargs -0 -r getfattr --absolute-names --no-dereference --dump --match=- --encoding=hex -- 2>/dev/null`
const someMissing = [123, 127]

const heading = '# file: '
/** Union mounts keep their own marks there. */
const ownMarks = /^(?:trusted|user)\.(?:overlay|fuseoverlayfs)\./

/** Of some pairs, those (by position) whose extended attributes differ; none where the host cannot read attributes. */
export async function differingAttributes(
  host: HostFiles,
  pairs: readonly Pick<FilePair, 'left' | 'right'>[],
  signal: AbortSignal,
): Promise<Set<number>> {
  const paths = pairs.flatMap(({ left, right }) => [left, right])
  const differing = new Set<number>()
  if (paths.length === 0) return differing
  const command = { script, input: nulRecords(paths), elevated: host.elevated, accepts: someMissing }
  const attributes = new Map<string, string[]>()
  let [rest, path] = ['', '']
  for await (const part of host.transport.run(command, signal)) {
    const lines = (rest + part.toString('latin1')).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      if (line.startsWith(heading)) path = unescaped(line.slice(heading.length))
      else if (line !== '' && !ownMarks.test(line))
        attributes.set(path, [
          ...(attributes.get(path) ?? []),
          lineInside(line, attributeOwnersAt(host, path)),
        ])
    }
  }
  const of = (place: string): string => (attributes.get(place) ?? []).sort().join('\n')
  for (const [index, { left, right }] of pairs.entries()) if (of(left) !== of(right)) differing.add(index)
  return differing
}

/** A line as getfattr would print it in the container. */
function lineInside(line: string, owners: AttributeOwners | undefined): string {
  const [, name, hex] = /^([^=]+)=0x([0-9a-f]*)$/.exec(line) ?? []
  if (owners === undefined || name === undefined || hex === undefined) return line
  const value = valueInside(name, Buffer.from(hex, 'hex').toString('latin1'), owners)
  return `${name}=0x${Buffer.from(value, 'latin1').toString('hex')}`
}

/** Bytes that would break a line are written as a backslash and three octal digits, the backslash too. */
function unescaped(path: string): string {
  return path.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(parseInt(digits, 8)))
}
