import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type PackedCommand, packCommand } from '../../../../../electron/transport/remote/command-frame'
import { readyMark, shellLines } from '../../../../../electron/transport/ssh2/commands/shell-loop'
import { eventually } from '../../../../engines/wait'

describe('The command line that sshd gets', () => {
  // Backslashes and history marks are read differently by fish and csh, even between single quotes.
  test.each([shellLines.user, shellLines.root])(
    'holds nothing that login shells read differently: %s',
    (line) => {
      expect(line).not.toMatch(/[\\!\n]/)
      expect(line.match(/'/g)).toHaveLength(6)
    },
  )

  test.each([shellLines.user, shellLines.root])(
    'does not hold what tells that the shell is there: %s',
    (line) => {
      expect(line).not.toContain(readyMark)
    },
  )
})

/** A shell that runs commands, started by one that is in the same group of processes, as some servers do it. */
interface Host {
  readonly child: ChildProcessWithoutNullStreams
  /** Of a process of the same group, which Lamina did not start. */
  readonly neighbour: number
  said(): string
  complained(): string
  send(command: PackedCommand): void
}

/** Where a host has what: a shell as /bin/sh, and tools in a PATH of its own. */
interface Kind {
  readonly shell: string
  /** Tools that the host has not. */
  readonly without?: readonly string[]
}

const usualTools = ['sh', 'dd', 'head', 'tail', 'cat', 'sleep', 'ps', 'wc', 'echo', 'env', 'setsid']

async function hostWith({ shell, without = [] }: Kind): Promise<Host> {
  const folder = await mkdtemp(join(tmpdir(), 'lamina-shell-loop-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const tools = join(folder, 'tools')
  await mkdir(tools)
  // busybox and zsh are a /bin/sh where they are called by its name.
  const sh = join(folder, 'sh')
  await symlink(shell, sh)
  const found = (tool: string) => (tool === 'sh' ? sh : `/usr/bin/${tool}`)
  for (const tool of usualTools) if (!without.includes(tool)) await symlink(found(tool), join(tools, tool))
  const line = shellLines.user.replace(/^exec /, '').replaceAll('/bin/sh', sh)
  const outer = `/usr/bin/sleep 600 >/dev/null 2>&1 & echo "neighbour $!"; PATH=${tools}; ${line}; echo after`
  const child = spawn('/bin/bash', ['-c', outer], { detached: true })
  onTestFinished(async () => {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  })
  let said = ''
  let complained = ''
  child.stdout.on('data', (part: Buffer) => (said += part.toString('latin1')))
  child.stderr.on('data', (part: Buffer) => (complained += part.toString('latin1')))
  child.stdin.on('error', () => undefined)
  await eventually(() => said.includes(readyMark), { what: 'the shell to be there' })
  let isFirst = true
  return {
    child,
    neighbour: Number(/neighbour (\d+)/.exec(said)?.[1]),
    said: () => said,
    complained: () => complained,
    send({ packed }) {
      if (!isFirst) child.stdin.write('\n')
      isFirst = false
      child.stdin.write(packed)
    },
  }
}

/** Runs a command to its end and gives what stands between its marks, and its status. */
async function ran(host: Host, script: string, input = Buffer.alloc(0)) {
  const command = packCommand(script, input)
  host.send(command)
  const end = new RegExp(`${command.begin}([^]*)${command.end}(\\d+);`)
  const [, output, status] = await eventually(() => end.exec(host.said()) ?? undefined)
  return { output, status: Number(status) }
}

async function lives(process: number): Promise<boolean> {
  // One that has ended and was not asked for yet still has its folder.
  const stat = await readFile(`/proc/${String(process)}/stat`, 'utf8').catch(() => ') Z')
  return !/\) Z/.test(stat)
}

const kinds: readonly Kind[] = [
  { shell: '/bin/dash' },
  { shell: '/bin/bash' },
  { shell: '/bin/busybox' },
  { shell: '/bin/zsh' },
]

describe.each(kinds)('A shell on a host, $shell', (kind) => {
  test('runs one command after the other', async () => {
    const host = await hostWith(kind)
    expect(await ran(host, 'echo one; cat', Buffer.from('in\0put'))).toEqual({
      output: 'one\nin\0put',
      status: 0,
    })
    expect(await ran(host, 'wc -c', Buffer.alloc(300_000, '\n'))).toEqual({ output: '300000\n', status: 0 })
    expect(await ran(host, 'exit 7')).toEqual({ output: '', status: 7 })
    expect(await ran(host, 'echo last')).toEqual({ output: 'last\n', status: 0 })
  })

  test.each([10, 4096, 4097, 3_000_000])(
    'takes none of %i bytes that a command leaves for the next one',
    async (length) => {
      const host = await hostWith(kind)
      expect(await ran(host, 'exit 4', Buffer.alloc(length, 'x\n'))).toEqual({ output: '', status: 4 })
      expect(await ran(host, 'read line; echo "$line"', Buffer.alloc(length, '\n'))).toEqual({
        output: '\n',
        status: 0,
      })
      expect(await ran(host, 'echo last')).toEqual({ output: 'last\n', status: 0 })
    },
  )

  test('tells after a failure alone where its complaints end', async () => {
    const host = await hostWith(kind)
    const command = packCommand('echo wrong >&2; exit 3', Buffer.alloc(0))
    host.send(command)
    await eventually(() => host.said().includes(`${command.end}3;`))
    expect(host.complained()).toBe(`${readyMark}${command.begin}wrong\n${command.end}`)
    await ran(host, 'echo right >&2')
    expect(host.complained()).toMatch(/right\n$/)
  })

  test.each([{ without: [] }, { without: ['setsid'] }, { without: ['setsid', 'ps'] }])(
    'without $without ends when nobody wants it any more, and nothing else',
    async ({ without }) => {
      const host = await hostWith({ ...kind, without })
      await ran(host, 'echo one')
      host.child.stdin.end()
      await eventually(() => host.said().endsWith('after\n'), { what: 'the shell to end' })
      expect(await lives(host.neighbour)).toBe(true)
    },
  )

  describe.each([{ without: [] }, { without: ['setsid'] }])('without $without', ({ without }) => {
    test.each([0, 100, 3_000_000])(
      'ends what a command that is given up started, with %i bytes that it does not read',
      async (length) => {
        const host = await hostWith({ ...kind, without })
        await ran(host, 'echo one')
        const script = '{ sleep 600; } & echo "$! "; sleep 600 & echo "$! "; wait'
        host.send(packCommand(script, Buffer.alloc(length, 'x')))
        const [, ...started] = await eventually(() => /(\d+) \n(\d+) \n$/.exec(host.said()) ?? undefined)
        host.child.stdin.end()
        await eventually(() => host.said().endsWith('after\n'), { what: 'the shell to end' })
        for (const one of started)
          await eventually(async () => !(await lives(Number(one))), { what: 'the command to end' })
        expect(await lives(host.neighbour)).toBe(true)
      },
    )
  })
})
