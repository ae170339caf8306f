import { unbelievable } from '../connection-failure'

/**
 * The lines of a stream while it comes, the last one also without its end; `longest` in characters.
 * @throws FailureError `engine-answer-invalid` for a line that is longer
 */
export async function* linesOf(stream: AsyncIterable<Buffer>, longest: number): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  /** A line so far, in the parts that it came in: it is put together once. */
  let held: string[] = []
  let heldLength = 0
  const whole = (last: string) => {
    const line = held.length === 0 ? last : held.join('') + last
    held = []
    heldLength = 0
    return line
  }
  for await (const part of stream) {
    const lines = decoder.decode(part, { stream: true }).split('\n')
    const rest = lines.pop() ?? ''
    for (const line of lines) yield whole(line)
    if (rest === '') continue
    held.push(rest)
    heldLength += rest.length
    if (heldLength > longest) throw unbelievable("A line of the engine's answer has no end.")
  }
  const last = whole(decoder.decode())
  if (last !== '') yield last
}
