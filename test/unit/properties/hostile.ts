import fc from 'fast-check'
import { isFailure } from '../../../electron/core/base/failure'

/** Inputs of a property that is quick to look at, of one that reads a stream, of one that builds something. Over 100,000 a run. */
export const many = { numRuns: 5_000 }
export const some = { numRuns: 1_500 }
export const few = { numRuns: 400 }

const anyByte = fc.nat(255).map((code) => String.fromCharCode(code))

/** Bytes, one character each: those that mean something to a parser come more often than chance would have them. */
export function hostile(telling: string, maxLength = 120): fc.Arbitrary<string> {
  const byte = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...telling) },
    { weight: 1, arbitrary: anyByte },
  )
  return fc.array(byte, { maxLength }).map((bytes) => bytes.join(''))
}

/** Bytes without some of them, such as a field without the byte that ends it. */
export function bytesWithout(excluded: string, maxLength = 20): fc.Arbitrary<string> {
  const byte = anyByte.filter((one) => !excluded.includes(one))
  return fc.array(byte, { maxLength }).map((bytes) => bytes.join(''))
}

/** Where a stream may be cut into parts, before the length is known. */
export const cuts = fc.array(fc.nat(4000), { maxLength: 6 })

/** Bytes as a stream in parts that are cut anywhere, empty ones among them. */
export async function* inParts(text: string, places: readonly number[]): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(text, 'latin1')
  const sorted = places.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b)
  let from = 0
  for (const to of [...sorted, bytes.length]) {
    yield await Promise.resolve(bytes.subarray(from, to))
    from = to
  }
}

/** What comes of work on hostile input; nothing where it failed as expected. Any other error is a bug and goes on. */
export async function unlessFailed<Value>(work: () => Value | Promise<Value>): Promise<Value | undefined> {
  try {
    return await work()
  } catch (error) {
    if (isFailure(error)) return undefined
    throw error
  }
}

/** The values of a stream of lists, in one. */
export async function gathered<Value>(lists: AsyncIterable<readonly Value[]>): Promise<Value[]> {
  const all: Value[] = []
  for await (const list of lists) all.push(...list)
  return all
}
