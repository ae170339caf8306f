import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable, Writable } from 'node:stream'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { runCommandLine } from '../../../electron/cli/command-line'

let dataDir: string

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'lamina-data-'))
  return () => rm(dataDir, { recursive: true, force: true })
})

const coded = (code: string) => Object.assign(new Error('as Node says it'), { code })

/** Takes so many pieces and breaks then. */
function taking(pieces: number, code = ''): Writable & { readonly taken: string[] } {
  const taken: string[] = []
  const stream = new Writable({
    write(piece: Buffer, _encoding, done) {
      if (taken.length >= pieces) done(coded(code))
      else {
        taken.push(piece.toString())
        done()
      }
    },
  })
  return Object.assign(stream, { taken })
}

/** Runs `lamina batch` on some lines, with what it was given of them in the end. */
async function batch(stdout: Writable, lines: Iterable<string> | AsyncIterable<string>) {
  const stderr = taking(Infinity)
  const stdin = Readable.from(lines)
  onTestFinished(() => {
    stdin.destroy()
  })
  const status = await runCommandLine(['batch'], {
    ...{ stdin, stdout, stderr, dataDir },
    env: { PATH: process.env['PATH'] },
    isTerminal: false,
  })
  return { status, said: stderr.taken.join('') }
}

const line = `${JSON.stringify({ operation: 'settings.get', input: {} })}\n`

describe('lamina batch', () => {
  it('ends without a word when nobody reads its answers any more', async () => {
    const stdout = taking(2, 'EPIPE')
    expect(
      await batch(
        stdout,
        Array.from({ length: 50 }, () => line),
      ),
    ).toEqual({ status: 1, said: '' })
    expect(stdout.taken).toHaveLength(2)
  })

  it('ends and says why when its answers cannot be written', async () => {
    expect(await batch(taking(1, 'ENOSPC'), [line, line, line])).toEqual({
      status: 1,
      said: 'lamina: the answer could not be written: the disk is full (ENOSPC)\n',
    })
  })

  it('ends and says why when its lines cannot be read', async () => {
    async function* breaks(): AsyncGenerator<string> {
      yield await Promise.resolve(line)
      throw coded('ECONNRESET')
    }
    const stdout = taking(Infinity)
    expect(await batch(stdout, breaks())).toEqual({
      status: 1,
      said: 'lamina: standard input cannot be read: the other side closed it (ECONNRESET)\n',
    })
  })
})

it('lamina call and lamina operations end with 1 where the answer cannot be written', async () => {
  for (const args of [['call', 'settings.get'], ['operations']]) {
    const stderr = taking(Infinity)
    const status = await runCommandLine(args, {
      ...{ stdin: Readable.from([]), stdout: taking(0, 'EPIPE'), stderr, dataDir, env: {} },
      isTerminal: false,
    })
    expect([args, status, stderr.taken]).toEqual([args, 1, []])
  }
})
