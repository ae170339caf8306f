import { existsSync } from 'node:fs'
import { chmod } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { outputOf } from '../../../../electron/transport/transport'
import { ownHost, said } from '../../../builders/hosts/command-host'
import { busyboxFolder } from '../../../builders/tools/other-tools'
import { nobodyAborts } from '../../../builders/hosts/ssh-host'
import type { PrivateSshdOptions } from '../../../engines/ssh/private-sshd'
import { eventually } from '../../../engines/wait'

const servers: readonly (PrivateSshdOptions & { readonly what: string })[] = [
  { what: 'OpenSSH' },
  { what: 'Dropbear', program: 'dropbear' },
  { what: 'OpenSSH with a sudo that makes terminals', sudoers: ['Defaults use_pty'] },
  { what: 'Dropbear with a sudo that makes terminals', program: 'dropbear', sudoers: ['Defaults use_pty'] },
]

describe.each(servers)('A command on $what', ({ what: _, ...options }) => {
  describe.each([
    ['of root', { user: 'root', elevated: false }],
    ['of an account', { user: 'helper', elevated: false }],
    ['through sudo', { user: 'helper', elevated: true }],
  ] as const)('%s', (_whose, { user, elevated }) => {
    test('ends without ending anything else', async () => {
      const { transport } = await ownHost({ ...options, user })
      const run = (script: string, input = Buffer.alloc(0)) =>
        outputOf(transport, { name: 'a test', script, input, elevated }, nobodyAborts)
      for (let round = 0; round < 5; round += 1)
        expect((await run('cat; echo', Buffer.from('in'))).toString()).toBe('in\n')
      await expect(run('exit 3', Buffer.alloc(1_000_000))).rejects.toThrow('status 3')
      const connected = transport.log().filter(({ text }) => text.startsWith('Connected'))
      expect(connected).toHaveLength(1)
    })

    test.each([0, 100, 3_000_000])(
      'ends on the host when it is given up, with %i bytes that it does not read',
      async (length) => {
        const { server, transport } = await ownHost({ ...options, user })
        const mark = join(server.home(user), 'mark')
        const script = `echo $$ >${mark}.new; mv ${mark}.new ${mark}; sleep 600 & exec sleep 600`
        const aborting = new AbortController()
        const input = Buffer.alloc(length)
        const running = outputOf(transport, { name: 'a test', script, input, elevated }, aborting.signal)
        running.catch(() => undefined)
        await eventually(() => existsSync(mark), { what: 'the command to begin' })
        aborting.abort()
        await expect(running).rejects.toMatchObject({ failure: { kind: 'cancelled' } })
        const left = `ps -eo args | grep -c '[s]leep 600' || :`
        await eventually(async () => (await said(transport, left)) === '0\n', { what: 'it to end' })
        const connected = transport.log().filter(({ text }) => text.startsWith('Connected'))
        expect(connected).toHaveLength(1)
      },
    )
  })
})

test.each([{ program: 'dropbear' } as const, {}])(
  'A flood of output that is given up leaves the connection as it is (%o)',
  async (options) => {
    const { transport } = await ownHost(options)
    for (let round = 0; round < 30; round += 1) {
      // More than a channel's window, of which less and less is read.
      let left = 3_000_000 - round * 100_000
      for await (const part of transport.run({ name: 'a test', script: 'yes' }, nobodyAborts)) {
        left -= part.length
        if (left < 0) break
      }
      expect(await said(transport, 'echo still here')).toBe('still here\n')
    }
    expect(transport.log().filter(({ text }) => text.startsWith('Connected'))).toHaveLength(1)
  },
)

test.each([{ program: 'dropbear' } as const, {}])(
  'What a login file started outlives commands that are given up (%o)',
  async (options) => {
    const { transport, server } = await ownHost({
      ...options,
      login: '[ -e ~/agent ] || { sleep 600 >/dev/null 2>&1 & echo $! >~/agent; }',
    })
    const agent = join(server.home('keeper'), 'agent')
    for (let round = 0; round < 3; round += 1) {
      // As much as is not held back, in which the end may stand.
      const script = 'printf %99s begun; exec sleep 601'
      for await (const part of transport.run({ name: 'a test', script }, nobodyAborts)) {
        expect(part.toString()).toMatch(/^ +/)
        break
      }
      const left = `ps -eo args | grep -c '[s]leep 601' || :`
      await eventually(async () => (await said(transport, left)) === '0\n', { what: 'the command to end' })
    }
    expect(await said(transport, `kill -0 "$(cat ${agent})" && echo lives`)).toBe('lives\n')
  },
)

describe("With busybox's tools alone a command", () => {
  test.each([{ without: [] }, { without: ['setsid'] }, { without: ['setsid', 'ps'] }])(
    'runs (%o)',
    async ({ without }) => {
      const tools = busyboxFolder([], without)
      onTestFinished(() => {
        tools.remove()
      })
      await chmod(tools.path, 0o755)
      const { transport } = await ownHost({ path: tools.path })
      for (const length of [0, 100, 1_000_000])
        expect(await said(transport, 'wc -c', Buffer.alloc(length))).toBe(`${String(length)}\n`)
    },
  )
})
