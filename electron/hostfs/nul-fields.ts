import { failed } from '../core/failure'

/** A field longer than any path or link target can be, in bytes. */
const longestField = 64 * 1024

/** Splits NUL-terminated output into its fields, as many at a time as a read brought, in groups of `size`. */
export async function* nulFields(output: AsyncIterable<Buffer>, size: number): AsyncGenerator<string[]> {
  let rest = ''
  let waiting: string[] = []
  for await (const part of output) {
    const fields = (rest + part.toString('latin1')).split('\0')
    rest = fields.pop() ?? ''
    if (rest.length > longestField)
      throw failed('command-failed', 'A listing from the host is not well formed.')
    const all = waiting.length === 0 ? fields : [...waiting, ...fields]
    const whole = all.length - (all.length % size)
    waiting = all.slice(whole)
    if (whole > 0) yield waiting.length === 0 ? all : all.slice(0, whole)
  }
  if (rest !== '' || waiting.length > 0) {
    throw failed('command-failed', 'A listing from the host ended in the middle of an entry.')
  }
}
