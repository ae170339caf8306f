import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bytePath } from '../../../../electron/core/base/byte-path'
import { type HostFiles, probeHostFiles } from '../../../../electron/hostfs/host/host-files'
import { type ByteRange, openPath } from '../../../../electron/hostfs/content/open-path'
import { openLocalTransport } from '../../../../electron/transport/local/local-transport'
import type { Transport } from '../../../../electron/transport/transport'
import { busyboxFolder, type ToolFolder, withTools } from '../../../builders/tools/other-tools'

const never = new AbortController().signal
const local = openLocalTransport()
let folder: string
let layer: string
const newline = 'new\nline\n'
const notUtf8 = 'caf\xe9'
const bigFile = Buffer.alloc(200_000, 'abcdefghij-')

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lamina-open-'))
  mkdirSync(join(folder, 'overlay2'))
  layer = join(folder, 'layer')
  mkdirSync(join(layer, `d/${newline}`), { recursive: true })
  writeFileSync(join(folder, 'secret'), 'of the host')
  writeFileSync(join(layer, 'd', newline, newline), 'odd name')
  writeFileSync(join(layer, 'd/-n'), 'like an option')
  writeFileSync(join(layer, 'd/empty'), '')
  writeFileSync(join(layer, 'd/big'), bigFile)
  writeFileSync(join(layer, 'd/ends in same'), 'it is the same')
  writeFileSync(Buffer.from(join(layer, 'd', notUtf8), 'latin1'), 'bytes')
  symlinkSync('../../secret', join(layer, 'd/out'))
  symlinkSync('loop', join(layer, 'd/loop'))
  symlinkSync('target\n', join(layer, 'd/link'))
  symlinkSync(folder, join(layer, 'away'))
  symlinkSync('d', join(layer, 'inside'))
  const make = 'mkfifo pipe; mknod null c 1 3; mknod gone c 0 0; truncate -s 100G sparse; mknod disk b 7 0'
  execFileSync('sh', ['-euc', make], { cwd: join(layer, 'd') })
  // The socket's file stays when the server is killed, and goes when it is closed.
  const server = createServer().listen(join(layer, 'd/socket'))
  await new Promise((resolve) => server.once('listening', resolve))
  server.unref()
})

afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})

const whole: ByteRange = { offset: 0, length: 1_000_000 }

describe.each([
  ['GNU tools', undefined],
  ['busybox', ['getfattr']],
  ["busybox and GNU's dd", ['getfattr', 'dd', 'sh', 'xargs']],
] as const)('with %s, a path of a layer', (_name, own) => {
  let host: HostFiles
  let tools: ToolFolder | undefined

  beforeAll(async () => {
    tools = own === undefined ? undefined : busyboxFolder(own)
    const transport = tools === undefined ? local : withTools(local, tools)
    const probe = await probeHostFiles(transport, folder, never)
    if (!probe.works) throw new Error(probe.reason)
    host = probe.files
  })

  afterAll(() => {
    tools?.remove()
  })

  async function read(path: string, range = whole, on = host) {
    const opened = await openPath(on, layer, bytePath(path), range, never)
    if (opened === undefined) return undefined
    const parts: Buffer[] = []
    for await (const part of opened.content) parts.push(part)
    return { ...opened.stat, bytes: Buffer.concat(parts).toString('latin1') }
  }

  it('is read whatever its name is', async () => {
    expect(await read(`/d/${newline}/${newline}`)).toMatchObject({ type: 'file', bytes: 'odd name' })
    expect(await read('/d/-n')).toMatchObject({ type: 'file', bytes: 'like an option', size: 14 })
    expect(await read(`/d/${notUtf8}`)).toMatchObject({ bytes: 'bytes' })
    expect(await read('/d/ends in same')).toMatchObject({ bytes: 'it is the same' })
    expect(await read('/d/empty')).toMatchObject({ type: 'file', bytes: '', size: 0 })
    expect(await read('/d/empty', { offset: 70_000, length: 5 })).toMatchObject({ bytes: '' })
  })

  it('is read from any byte on', async () => {
    for (const offset of [0, 1, 65_535, 65_536, 131_000, 199_999, 200_000, 10_000_000]) {
      for (const length of [0, 1, 65_536, 65_537, 500_000]) {
        const bytes = bigFile.toString('latin1', offset, offset + length)
        expect((await read('/d/big', { offset, length }))?.bytes).toBe(bytes)
      }
    }
  })

  it('of a hundred gigabytes is read at once, near its beginning and near its end', async () => {
    const size = 100 * 1024 ** 3
    const first = await read('/d/sparse', { offset: 0, length: 1000 })
    expect(first).toMatchObject({ size, bytes: '\0'.repeat(1000) })
    expect((await read('/d/sparse', { offset: size - 10, length: 1000 }))?.bytes).toBe('\0'.repeat(10))
  })

  it('that is a link is its target and nothing else', async () => {
    expect(await read('/d/link')).toMatchObject({ type: 'symlink', bytes: 'target\n' })
    expect(await read('/d/loop')).toMatchObject({ type: 'symlink', bytes: 'loop' })
    expect(await read('/d/out')).toMatchObject({ type: 'symlink', bytes: '../../secret' })
    expect(await read('/d/link', { offset: 3, length: 0 })).toMatchObject({ bytes: 'target\n' })
  })

  it('behind a link is not there, wherever the link leads', async () => {
    expect(await read('/away/secret')).toBeUndefined()
    expect(await read('/inside/-n')).toBeUndefined()
    expect(await read('/d/loop/x')).toBeUndefined()
  })

  it('that is missing, or below a file, is not there', async () => {
    expect(await read('/d/nothing')).toBeUndefined()
    expect(await read('/nothing/x')).toBeUndefined()
    expect(await read('/d/-n/x')).toBeUndefined()
  })

  it('that is a pipe, a socket or a device is looked at and not opened', async () => {
    expect(await read('/d/pipe')).toMatchObject({ type: 'fifo', bytes: '' })
    expect(await read('/d/socket')).toMatchObject({ type: 'socket', bytes: '' })
    expect(await read('/d/null')).toMatchObject({ type: 'character-device', bytes: '', whiteout: false })
    expect(await read('/d/disk')).toMatchObject({ type: 'block-device', bytes: '' })
    expect(await read('/d/gone')).toMatchObject({ whiteout: true })
    expect(await read('/d')).toMatchObject({ type: 'directory', bytes: '' })
    expect(await read('')).toMatchObject({ type: 'directory', bytes: '' })
  })

  // A stat of ours lets the container act in the moment after lstat, which no test could otherwise be sure to meet.
  it.each([
    ['a link out of the container', 'rm victim; ln -s ../secret victim'],
    ['a pipe', 'rm victim; mkfifo victim'],
    ['a device', 'rm victim; mknod victim c 1 5'],
    ['another file', 'echo other >new; mv new victim'],
    ['nothing', 'rm victim'],
  ])(
    'that becomes %s after it was looked at fails and gives nothing of it',
    async (_what, swap) => {
      writeFileSync(join(layer, 'victim'), 'as it was')
      const acting: Transport = {
        ...host.transport,
        run: (command, signal) =>
          host.transport.run({ ...command, script: withSwap(command.script, swap) }, signal),
      }
      const given: Buffer[] = []
      const reading = async () => {
        const opened = await openPath(
          { ...host, transport: acting },
          layer,
          bytePath('/victim'),
          whole,
          never,
        )
        for await (const part of opened?.content ?? []) given.push(part)
      }
      await expect(reading()).rejects.toMatchObject({ failure: { kind: 'command-failed' } })
      expect(Buffer.concat(given).toString('latin1')).not.toMatch(/of the host/)
      rmSync(join(layer, 'victim'), { force: true })
    },
    30_000,
  )
})

/** Puts a deed of the container between the look and what follows it. */
function withSwap(script: string, swap: string): string {
  const before = 'same() {'
  if (!script.includes(before)) throw new Error('the script has changed; this test must follow it')
  return script.replace(before, `(${swap}); ${before}`)
}
