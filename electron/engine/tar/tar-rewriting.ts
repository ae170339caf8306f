import { paxHeader, tarBlock, type TarHeader } from '../../core/files/tar-header'
import { tarEntries, type TarEntry } from './tar-entries'

/** What becomes of an entry: its new name, and pax records that go before what its header says. */
export interface RewrittenEntry {
  readonly name: string
  /** Of links only. */
  readonly linkName?: string
  readonly records?: ReadonlyMap<string, string>
}

/**
 * A tar with the same entries under other names, or some of them alone, as it comes. Contents, owners, modes, times, device
 * numbers and attributes stay as they are.
 * @throws FailureError what `tarEntries` throws
 */
export async function* rewrittenTar(
  stream: AsyncIterable<Buffer>,
  rewritten: (header: TarHeader) => RewrittenEntry | undefined | 'end',
): AsyncGenerator<Buffer> {
  for await (const entry of tarEntries(stream)) {
    const change = rewritten(entry.header)
    if (change === 'end') break
    if (change !== undefined) yield* written(entry, change)
  }
  yield Buffer.alloc(2 * tarBlock)
}

async function* written(
  { block, records, content }: TarEntry,
  { name, linkName, records: more = new Map() }: RewrittenEntry,
): AsyncGenerator<Buffer> {
  const all = new Map([...records, ...more, ['path', name]])
  if (linkName !== undefined) all.set('linkpath', linkName)
  yield Buffer.from(paxHeader(all) + block, 'latin1')
  let length = 0
  for await (const part of content) {
    length += part.length
    yield part
  }
  if (length % tarBlock !== 0) yield Buffer.alloc(tarBlock - (length % tarBlock))
}
