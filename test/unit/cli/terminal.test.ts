import { PassThrough } from 'node:stream'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Terminal } from '../../../electron/cli/terminal'

let input: PassThrough
let output: PassThrough
let shown: string
let terminal: Terminal
const { signal } = new AbortController()

beforeEach(() => {
  input = new PassThrough()
  output = new PassThrough()
  shown = ''
  output.on('data', (part: Buffer) => (shown += part.toString()))
  terminal = new Terminal(input, output)
})

afterEach(() => {
  terminal.close()
})

describe('a terminal', () => {
  it('gives the line that is typed after a question, and shows it', async () => {
    const asked = terminal.ask('Go on? ', { echo: true }, signal)
    input.write('yes\r')
    expect(await asked).toBe('yes')
    expect(shown).toContain('Go on? ')
    expect(shown).toContain('yes')
  })

  it('shows nothing of a secret, not even its length', async () => {
    const asked = terminal.ask('Password: ', { echo: false }, signal)
    input.write('hunter2\u007f\u007f3\r')
    expect(await asked).toBe('hunte3')
    expect(shown).toBe('Password: \n')
  })

  it('asks one question after the other', async () => {
    const first = terminal.ask('First: ', { echo: false }, signal)
    const second = terminal.ask('Second: ', { echo: false }, signal)
    expect(shown).toBe('First: ')
    input.write('1\r2\r')
    expect([await first, await second]).toEqual(['1', '2'])
    expect(shown).toBe('First: \nSecond: \n')
  })

  it('takes a question back that nobody waits for any more', async () => {
    const closed = new AbortController()
    const asked = terminal.ask('Password: ', { echo: false }, closed.signal)
    closed.abort()
    expect(await asked).toBeUndefined()
    const next = terminal.ask('Next: ', { echo: true }, signal)
    input.write('x\r')
    expect(await next).toBe('x')
  })

  it('gives lines that answer nothing to whoever reads commands', async () => {
    const lines = terminal.lines()
    input.write('one\r')
    expect((await lines.next()).value).toBe('one')
    const asked = terminal.ask('Password: ', { echo: false }, signal)
    input.write('secret\rtwo\r')
    expect(await asked).toBe('secret')
    expect((await lines.next()).value).toBe('two')
    const last = lines.next()
    input.end()
    expect((await last).done).toBe(true)
  })

  it('has no answers left at the end of input', async () => {
    const asked = terminal.ask('Password: ', { echo: false }, signal)
    input.end()
    expect(await asked).toBeUndefined()
    expect(await terminal.ask('Again: ', { echo: false }, signal)).toBeUndefined()
  })

  it('that is gone answers nothing any more', async () => {
    const asked = terminal.ask('Go on? ', { echo: true }, signal)
    input.destroy(Object.assign(new Error('read EIO'), { code: 'EIO' }))
    expect(await asked).toBeUndefined()
    expect(await terminal.ask('And now? ', { echo: true }, signal)).toBeUndefined()
  })
})
