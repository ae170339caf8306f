import { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { openLocalTransport } from '../../../../electron/transport/local/local-transport'
import { askSsh } from '../../../../electron/transport/ssh-config/ssh-g'
import { outputOf } from '../../../../electron/transport/transport'
import { hopTo, transportOver } from '../../../builders/hosts/ssh-host'
import { runCommand } from '../../../engines/run-command'

const { signal } = new AbortController()
const here = openLocalTransport()
/** More than the kernel takes as one variable of a process: what it refuses Node throws. */
const tooLong = 'x'.repeat(300_000)

afterEach(() => {
  vi.unstubAllEnvs()
})

describe('a command on this machine', () => {
  it('that ends without reading its input says how it ended', async () => {
    const input = Buffer.alloc(4_000_000)
    await expect(
      outputOf(here, { name: 'a test', script: 'exec <&-; exit 3', input }, signal),
    ).rejects.toThrow('status 3')
    expect(
      (await outputOf(here, { name: 'a test', script: 'exec <&-; echo fine', input }, signal)).toString(),
    ).toBe('fine\n')
  })

  it('that the kernel refuses to start is a failure', async () => {
    vi.stubEnv('HOME', tooLong)
    await expect(outputOf(here, { name: 'a test', script: 'true' }, signal)).rejects.toMatchObject({
      failure: { kind: 'command-failed', message: expect.stringContaining('could not be started') as string },
    })
  })

  it('that says more than it may is a failure of the host', async () => {
    await expect(outputOf(here, { name: 'a test', script: 'echo four' }, signal, 4)).rejects.toMatchObject({
      failure: {
        kind: 'command-failed',
        message: 'A test failed: the command said more than the 4 bytes that it may say.',
      },
    })
    expect((await outputOf(here, { name: 'a test', script: 'echo for' }, signal, 4)).toString()).toBe('for\n')
  })

  it('whose output breaks is a failure', async () => {
    async function* breaks(): AsyncGenerator<Buffer> {
      yield await Promise.resolve(Buffer.from('some'))
      throw Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' })
    }
    const broken = openLocalTransport({
      start: () => ({
        output: Promise.resolve(Readable.from(breaks())),
        end: Promise.resolve({ complaints: '', status: 0 }),
        endInput: () => undefined,
        stop: () => undefined,
      }),
    })
    await expect(outputOf(broken, { name: 'a test', script: 'true' }, signal)).rejects.toMatchObject({
      failure: {
        kind: 'command-failed',
        message:
          'A test failed: its output could not be read to its end: the other side closed it (ECONNRESET).',
      },
    })
  })
})

it('a process without a free file left says so of commands and sockets', async () => {
  const script = fileURLToPath(new URL('out-of-files.ts', import.meta.url))
  const { stdout } = await runCommand('sh', ['-c', 'ulimit -n 256; exec npx tsx "$0"', script])
  const why = 'this process has too many files and connections open (EMFILE)'
  expect(JSON.parse(stdout)).toEqual([
    {
      kind: 'command-failed',
      message: `A test failed: the command could not be started: /bin/sh: ${why}.`,
    },
    {
      kind: 'engine-unreachable',
      message: `The engine's socket /engine.sock could not be opened: ${why}.`,
      remedy:
        'Disconnect hosts and close containers that are not needed, or start Lamina with more open files (ulimit -n).',
    },
  ])
})

describe('a ProxyCommand', () => {
  const opened = async () => {
    const transport = transportOver(
      hopTo({ port: 1, knownHostsFile: '/nonexistent' }, { proxyCommand: 'true' }),
    )
    try {
      await transport.open(undefined, signal)
    } finally {
      await transport.close()
    }
  }

  it('without a shell is told so', async () => {
    vi.stubEnv('SHELL', '/nonexistent/shell')
    await expect(opened()).rejects.toMatchObject({
      failure: {
        kind: 'host-unreachable',
        message: 'ProxyCommand could not be started: /nonexistent/shell: it is not there (ENOENT).',
      },
    })
  })

  it('that the kernel refuses to start is told so', async () => {
    vi.stubEnv('LAMINA_TEST', tooLong)
    await expect(opened()).rejects.toMatchObject({
      failure: {
        kind: 'host-unreachable',
        message: expect.stringContaining('could not be started') as string,
      },
    })
  })
})

it('where the kernel refuses to start ssh, its configuration is read without it', async () => {
  vi.stubEnv('LAMINA_TEST', tooLong)
  expect(await askSsh({ host: 'build' }, undefined, signal)).toEqual({
    kind: 'none',
    warning: expect.stringMatching(/E2BIG.*read without OpenSSH/) as string,
  })
})
