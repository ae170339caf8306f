import { expect, it } from 'vitest'
import { jsonArray } from '../../../../electron/engine/http/json-array'
import { oneOf, seededRandom } from '../../../builders/random'

async function read(parts: readonly Buffer[], pieceLength?: number): Promise<unknown[]> {
  const elements: unknown[] = []
  async function* stream() {
    for (const part of parts) yield await Promise.resolve(part)
  }
  for await (const some of jsonArray(stream(), pieceLength === undefined ? {} : { pieceLength }))
    elements.push(...some)
  return elements
}

const random = seededRandom(15)
const texts = ['', 'a', '"', '\\\\', '\\"', ',', '],[', '{"x":1}', '\n', 'é', '\u{1f600}', '\ud800', '[', '}']

function someValue(depth: number): unknown {
  const kind = Math.floor(random() * (depth > 2 ? 4 : 6))
  if (kind === 0) return oneOf(random, texts) + oneOf(random, texts)
  if (kind === 1) return Math.floor(random() * 1000) - 500
  if (kind === 2) return null
  if (kind === 3) return random() < 0.5
  const parts = Array.from({ length: Math.floor(random() * 4) }, () => someValue(depth + 1))
  return kind === 4
    ? parts
    : Object.fromEntries(parts.map((part, index) => [oneOf(random, texts) + String(index), part]))
}

/** Cut anywhere, in the middle of a character too. */
function cutAnywhere(bytes: Buffer): Buffer[] {
  const parts: Buffer[] = []
  for (let at = 0; at < bytes.length;) {
    const length = 1 + Math.floor(random() * 7)
    parts.push(bytes.subarray(at, at + length))
    at += length
  }
  return parts
}

it('gives what JSON.parse gives of the whole, however it comes', async () => {
  for (let round = 0; round < 3_000; round += 1) {
    const value = Array.from({ length: Math.floor(random() * 12) }, () => someValue(0))
    const text = JSON.stringify(value, null, round % 3)
    expect(await read(cutAnywhere(Buffer.from(`${text}\n`)), 1 + (round % 40))).toEqual(JSON.parse(text))
  }
})

it('refuses what JSON.parse refuses, wherever it was cut or changed', async () => {
  let refused = 0
  for (let round = 0; round < 3_000; round += 1) {
    const bytes = Buffer.from(JSON.stringify(Array.from({ length: 5 }, () => someValue(0))))
    if (round % 2 === 0)
      bytes[Math.floor(random() * bytes.length)] = oneOf(random, [...Buffer.from('"\\\\,[]{}x1 ')])
    const changed = round % 2 === 0 ? bytes : bytes.subarray(0, Math.floor(random() * bytes.length))
    let whole: unknown
    try {
      whole = JSON.parse(changed.toString('utf8'))
    } catch {
      refused += 1
    }
    const reading = read(cutAnywhere(changed), 1 + (round % 40))
    if (Array.isArray(whole)) expect(await reading).toEqual(whole)
    else if (whole !== null)
      await expect(reading).rejects.toMatchObject({ failure: { kind: 'engine-answer-invalid' } })
  }
  expect(refused).toBeGreaterThan(1_500)
})

it.each(['', 'null', ' null\n', '[]', ' [ ] '])('has no elements in %j, or refuses it', async (text) => {
  if (text === '')
    await expect(read([])).rejects.toMatchObject({ failure: { kind: 'engine-answer-invalid' } })
  else expect(await read([Buffer.from(text)])).toEqual([])
})

it.each(['{}', '{"message":"no"}', '1', '[1,]', '[1] x', '[1][2]', '[1},2', '[', '[1,2'])(
  'refuses %s',
  async (text) => {
    for (const pieceLength of [1, 1000])
      await expect(read([Buffer.from(text)], pieceLength)).rejects.toMatchObject({
        failure: { kind: 'engine-answer-invalid' },
      })
  },
)

it('refuses an element without an end before it fills the memory', async () => {
  const part = Buffer.alloc(64 * 1024, 'x')
  const parts = [Buffer.from('["'), ...Array.from({ length: 64 }, () => part)]
  await expect(read(parts)).rejects.toMatchObject({
    failure: { message: expect.stringContaining('no end') as string },
  })
})
