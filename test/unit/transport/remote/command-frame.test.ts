import { describe, expect, test } from 'vitest'
import { FrameReader, packCommand } from '../../../../electron/transport/remote/command-frame'
import { seededRandom } from '../../../builders/random'

const marks = { begin: '<begin>', end: '<end:' }

function read(chunks: readonly Buffer[]): { output: string; status: number | undefined } {
  const reader = new FrameReader(marks)
  const output = Buffer.concat(chunks.flatMap((chunk) => reader.push(chunk)))
  return { output: output.toString('latin1'), status: reader.status }
}

function inPieces(text: string, lengths: () => number): Buffer[] {
  const whole = Buffer.from(text, 'latin1')
  const pieces: Buffer[] = []
  for (let at = 0; at < whole.length;) {
    const length = lengths()
    pieces.push(whole.subarray(at, at + length))
    at += length
  }
  return pieces
}

describe('The output of a command over SSH', () => {
  test('is what stands between the marks', () => {
    expect(read([Buffer.from('Welcome!\n<begin>one\0two<end:0;')])).toEqual({ output: 'one\0two', status: 0 })
  })

  test('may be empty', () => {
    expect(read([Buffer.from('<begin><end:7;')])).toEqual({ output: '', status: 7 })
  })

  test('has no status before the end mark is whole', () => {
    expect(read([Buffer.from('<begin>data<end:12')])).toEqual({ output: 'data', status: undefined })
    expect(read([Buffer.from('<begin>data<en')]).status).toBeUndefined()
  })

  test('is the same however it comes in pieces', () => {
    const random = seededRandom(7)
    const letters = ['<', 'b', 'e', 'g', 'i', 'n', '>', 'd', ':', '\0', '\xff', '<en', '<begin']
    for (let round = 0; round < 2000; round += 1) {
      const words = (count: number) =>
        Array.from({ length: count }, () => letters[Math.floor(random() * letters.length)]).join('')
      const noise = words(Math.floor(random() * 12)).replaceAll(marks.begin, '')
      const output = words(Math.floor(random() * 40)).replaceAll(marks.end, '')
      if (noise.includes(marks.begin) || output.includes(marks.end)) continue
      // What looks like the beginning of a mark just before it must not hide it.
      if (`${noise}${marks.begin}`.indexOf(marks.begin) !== noise.length) continue
      if (`${output}${marks.end}`.indexOf(marks.end) !== output.length) continue
      const text = `${noise}${marks.begin}${output}${marks.end}0;`
      expect(read(inPieces(text, () => 1 + Math.floor(random() * 9)))).toEqual({ output, status: 0 })
    }
  })

  test('does not wait for the end of what it passes on', () => {
    const reader = new FrameReader(marks)
    const passed = reader.push(Buffer.from(`<begin>${'x'.repeat(100)}`))
    expect(Buffer.concat(passed).length).toBeGreaterThan(90)
  })

  test('is refused where a login shell never stops to print', () => {
    const reader = new FrameReader(marks)
    const noise = Buffer.alloc(600 * 1024, 'noise')
    reader.push(noise)
    expect(() => reader.push(noise)).toThrow(RangeError)
  })

  test.each(['<begin><end:12345;', '<begin><end:0x1;', '<begin><end:-1;'])(
    'with the end mark %j is refused',
    (text) => {
      expect(() => read([Buffer.from(text)])).toThrow(RangeError)
    },
  )
})

describe('A command for a shell on a host', () => {
  test('has marks in front that nobody can guess, the lengths in bytes, the script and its input', () => {
    const { packed, begin, end } = packCommand('echo é', Buffer.from('a\0b'))
    const again = packCommand('echo é', Buffer.from('a\0b'))
    expect(begin).not.toBe(again.begin)
    expect(end).not.toBe(again.end)
    const [first, second, script, input, ...rest] = packed.toString('utf8').split('\n')
    expect([first, second, input]).toEqual([begin, end, '3'])
    expect(rest).toEqual(['echo éa\0b'])
    expect(Number(script)).toBe(Buffer.byteLength('echo é'))
  })
})
