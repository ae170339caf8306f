import { inBatches } from '../core/in-batches'
import { sameAttributes } from '../core/path-facts'
import { attributesPrinted, getfattrScript, type RawAttributes } from './attributes-by-getfattr'
import { nulRecords, type HostFiles } from './host-files'

/** Two absolute paths of the host, as bytes. */
export interface PathPair {
  readonly left: string
  readonly right: string
}

const script = getfattrScript('-')
/** getfattr complains of what vanished, which xargs makes 123. */
const someMissing = 123
/** Attributes of a file may be 64 KiB (xattr(7)); most have none. */
const batch = 10_000
const none: RawAttributes = new Map()

/**
 * Whether the paths of each pair have the same extended attributes (`sameAttributes`); nothing where the host has no getfattr. What
 * vanished meanwhile has none.
 * @throws FailureError `command-failed`
 */
export async function equalAttributes(
  host: HostFiles,
  pairs: readonly PathPair[],
  signal: AbortSignal,
): Promise<boolean[] | undefined> {
  if (!host.tools.getfattr) return undefined
  const same: boolean[] = []
  for (const some of inBatches(pairs, batch)) {
    const found = await attributesAt(host, new Set(some.flatMap(({ left, right }) => [left, right])), signal)
    for (const { left, right } of some)
      same.push(sameAttributes(found.get(left) ?? none, found.get(right) ?? none))
  }
  return same
}

async function attributesAt(
  { transport, elevated }: HostFiles,
  paths: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<Map<string, RawAttributes>> {
  const command = { script, input: nulRecords([...paths]), elevated, accepts: [someMissing] }
  const parts: Buffer[] = []
  for await (const part of transport.run(command, signal)) parts.push(part)
  return attributesPrinted(Buffer.concat(parts), paths)
}

/** What is said where attributes were not compared. */
export const attributesNotCompared =
  'Extended attributes were not compared: the host has no getfattr (package attr).'
