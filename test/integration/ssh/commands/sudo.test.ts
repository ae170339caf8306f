import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { type HostFilesProbe, probeHostFiles } from '../../../../electron/hostfs/host/host-files'
import { openLocalTransport } from '../../../../electron/transport/local/local-transport'
import { outputOf, type Transport } from '../../../../electron/transport/transport'
import { hopTo, nobodyAborts, transportOver } from '../../../builders/hosts/ssh-host'
import { startPrivateSshd } from '../../../engines/ssh/private-sshd'
import { runCommand } from '../../../engines/run-command'

interface SudoCase {
  readonly name: string
  /** Lines of sudoers(5), where ME is the user. */
  readonly sudoers: readonly string[]
  /** Why the lens does not work; absent where it works. */
  readonly reason?: RegExp
}

const allowed = 'ME ALL=(root) NOPASSWD: /bin/sh'
const cases: readonly SudoCase[] = [
  {
    name: 'requiretty',
    sudoers: ['Defaults requiretty', allowed],
    reason: /requiretty .*must have a tty to run sudo”.*Add the line "Defaults:ME !requiretty" with visudo/,
  },
  {
    name: 'requiretty of another user',
    sudoers: ['Defaults:bin requiretty', allowed],
  },
  {
    name: 'a password',
    sudoers: ['ME ALL=(root) ALL'],
    reason: /wants a password.*“sudo: a password is required”.*"ME ALL=\(root\) NOPASSWD: \/bin\/sh"/,
  },
  {
    name: 'no rule for this user',
    sudoers: ['Defaults !authenticate'],
    reason: /no rule of sudoers\(5\) names this user\..*ME ALL=\(root\) NOPASSWD/,
  },
  {
    name: 'a rule for another command',
    sudoers: ['ME ALL=(root) NOPASSWD: /bin/true', 'Defaults !authenticate'],
    reason: /other commands only\. It says: “[^”]*not allowed to execute this as root[^”]*”.*ME ALL/,
  },
  {
    name: 'noexec',
    sudoers: ['Defaults noexec', allowed],
    reason: /noexec lets \/bin\/sh start no other program.*"ME ALL=\(root\) NOPASSWD: EXEC: \/bin\/sh"/,
  },
  {
    name: 'the remedy of noexec',
    sudoers: ['Defaults noexec', 'ME ALL=(root) NOPASSWD: EXEC: /bin/sh'],
  },
  { name: 'a line that cannot be read beside one that allows it', sudoers: [allowed, 'this is ((( wrong'] },
  { name: 'a terminal of its own for each command', sudoers: ['Defaults use_pty', allowed] },
  {
    name: 'a log of what commands say',
    sudoers: ['Defaults log_output,log_input', 'Defaults iolog_dir=/run/iolog', allowed],
  },
  { name: 'nothing else', sudoers: [allowed] },
  {
    name: 'a folder to begin in that is not there',
    sudoers: ['Defaults runcwd=/nonexistent', allowed],
    reason: /a folder that is not there/,
  },
]

const as = (user: string, { sudoers, reason }: SudoCase) => ({
  rules: sudoers.map((line) => line.replaceAll('ME', user)),
  expected: reason && new RegExp(reason.source.replaceAll('ME', user)),
})

/** More than a pipe holds each way, of all bytes, and a complaint of its own with the status that goes with it. */
async function copiesWell(transport: Pick<Transport, 'run'>): Promise<void> {
  const input = Buffer.alloc(300_000, Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)))
  const output = await outputOf(
    transport,
    { name: 'a test', script: 'cat', input, elevated: true },
    nobodyAborts,
  )
  expect(output.equals(input)).toBe(true)
  await expect(
    outputOf(
      transport,
      { name: 'a test', script: 'echo own complaint >&2; exit 7', elevated: true },
      nobodyAborts,
    ),
  ).rejects.toMatchObject({
    failure: {
      kind: 'command-failed',
      message: expect.stringMatching(/ended with status 7\. own complaint\.$/) as string,
    },
  })
}

function expectProbe(probe: HostFilesProbe, reason: RegExp | undefined): void {
  if (reason === undefined) expect(probe).toMatchObject({ works: true, files: { elevated: true } })
  else {
    expect(probe).toMatchObject({ works: false, reason: expect.stringMatching(reason) as string })
    expect(probe).toMatchObject({
      reason: expect.stringMatching(/^Only root can read the engine's files\. /) as string,
    })
  }
}

describe("A host's sudo with", () => {
  it.each(cases)('$name', async (one) => {
    const { rules, expected } = as('keeper', one)
    const server = await startPrivateSshd({ sudoers: rules })
    onTestFinished(() => server.stop())
    const key = await server.makeKey('ed25519')
    await server.authorize('keeper', key)
    const transport = transportOver(hopTo(server, { user: 'keeper', identityFiles: [key] }))
    onTestFinished(() => transport.close())
    expectProbe(await probeHostFiles(transport, '/', nobodyAborts), expected)
    if (expected === undefined) await copiesWell(transport)
  })
})

describe("This machine's sudo with", () => {
  afterEach(() => {
    vi.unstubAllEnvs()
  })

  /** Runs the real sudo as an ordinary user, who finds these rules; the one who probes says that it is such a user. */
  async function asOrdinaryUser(rules: readonly string[]): Promise<Transport> {
    const folder = mkdtempSync(join(tmpdir(), 'lamina-sudo-'))
    onTestFinished(() => {
      rmSync(folder, { recursive: true })
    })
    chmodSync(folder, 0o755)
    writeFileSync(join(folder, 'sudoers'), `${rules.join('\n')}\n`, { mode: 0o440 })
    const sudo = (await runCommand('sh', ['-c', 'command -v sudo'])).stdout.trim()
    const user = 'setpriv --reuid=daemon --regid=daemon --clear-groups'
    writeFileSync(
      join(folder, 'sudo'),
      `#!/bin/sh
exec unshare --mount /bin/sh -c 'mount --bind "$0/sudoers" /etc/sudoers && mount -t tmpfs tmpfs /run && exec ${user} ${sudo} "$@"' ${folder} "$@"
`,
      { mode: 0o755 },
    )
    vi.stubEnv('PATH', `${folder}${delimiter}${process.env['PATH'] ?? ''}`)
    const local = openLocalTransport()
    return {
      ...local,
      run: (command, signal) =>
        command.elevated === true
          ? local.run(command, signal)
          : local.run({ ...command, script: 'echo no-rights daemon' }, signal),
    }
  }

  it.each(cases)('$name', async (one) => {
    const { rules, expected } = as('daemon', one)
    const transport = await asOrdinaryUser(rules)
    expectProbe(await probeHostFiles(transport, '/', nobodyAborts), expected)
    if (expected === undefined) await copiesWell(transport)
  })

  it('a complaint that is sudo’s own does not become the command’s', async () => {
    const transport = await asOrdinaryUser([allowed.replace('ME', 'daemon'), 'Defaults no_such_setting'])
    await expect(
      outputOf(transport, { name: 'a test', script: 'exit 7', elevated: true }, nobodyAborts),
    ).rejects.toMatchObject({
      failure: { message: expect.stringMatching(/ended with status 7\.$/) as string },
    })
    const command = { name: 'a test', script: 'echo gone >&2; exit 1', elevated: true, passesOver: /^gone$/ }
    expect((await outputOf(transport, command, nobodyAborts)).toString()).toBe('')
  })
})
