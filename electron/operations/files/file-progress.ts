import type { EventPayload } from '../../contract/events'
import type { Context } from '../context/context'

type Progress = EventPayload<'file.progressed'>

/** Milliseconds between two tellings. */
const tellEvery = 150

/** The same bytes, telling how many have passed; `known` says what else there is to tell by then. */
export async function* toldProgress(
  { emit }: Pick<Context, 'emit'>,
  file: string,
  content: AsyncIterable<Buffer>,
  known: () => Omit<Progress, 'file' | 'bytes'>,
): AsyncGenerator<Buffer> {
  let bytes = 0
  let toldAt = -Infinity
  for await (const part of content) {
    yield part
    bytes += part.length
    if (performance.now() - toldAt < tellEvery) continue
    toldAt = performance.now()
    emit({ name: 'file.progressed', payload: { file, bytes, ...known() } })
  }
}
