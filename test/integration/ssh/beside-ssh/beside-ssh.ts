import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir, userInfo } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { isFailure } from '../../../../electron/core/base/failure'
import { parseSshAddress } from '../../../../electron/core/hosts/ssh-address'
import { resolveSshHost } from '../../../../electron/transport/ssh-config/resolve'
import { openSshTransport } from '../../../../electron/transport/ssh2/ssh-transport'
import { outputOf } from '../../../../electron/transport/transport'
import { nobodyAborts } from '../../../builders/hosts/ssh-host'
import {
  type PrivateSshd,
  type PrivateSshdOptions,
  startPrivateSshd,
} from '../../../engines/ssh/private-sshd'
import { runCommand } from '../../../engines/run-command'

/** How a way to a host ends where nobody answers questions: a command ran, something was asked, or neither. */
export type Outcome = 'in' | 'asks' | 'refused'

/** What a case is prepared with. */
export interface CaseRig {
  readonly server: PrivateSshd
  /** The case's own folder, which stands for FOLDER in its texts; ssh_config is `config` in it. */
  readonly folder: string
  /** Variables for both sides, such as SSH_AUTH_SOCK; may be added to. */
  readonly env: Record<string, string>
  /** More words of the configuration and what they stand for; may be added to. */
  readonly words: Map<string, string>
}

/**
 * A configuration of a way to a host, tried with `ssh` itself and with Lamina. In texts, FOLDER stands for the case's folder, PORT for the
 * server's port and KNOWN for a known_hosts with its keys. `~` is the home folder of whoever runs the tests: neither side is to need it.
 */
export interface SshCase {
  readonly name: string
  /** What is given to both: `ssh NAME true`, and the address in Lamina. */
  readonly host: string
  /** The address in Lamina where it cannot be spelled as ssh's own argument. */
  readonly address?: string
  readonly config: string
  /** The server; cases with the same options share one. */
  readonly server?: PrivateSshdOptions
  prepare?(rig: CaseRig): Promise<void>
  readonly outcome: Outcome
  /** Where Lamina may not do as ssh does: what it does instead, and why. */
  readonly lamina?: { readonly outcome: Outcome; readonly because: string }
  /** What the failure of Lamina says, message and remedy as one text. */
  readonly says?: RegExp
  /** What is asked, as kinds of prompts. */
  readonly asks?: readonly string[]
  /** What both are told whenever they ask; they then ask as often as each other. Without it nothing is answered. */
  readonly answer?: string
}

const servers = new Map<string, Promise<PrivateSshd>>()

/** Ends the servers of a file's cases; for `afterAll`. */
export async function stopServers(): Promise<void> {
  const started = await Promise.allSettled(servers.values())
  servers.clear()
  for (const one of started) if (one.status === 'fulfilled') await one.value.stop()
}

function serverWith(options: PrivateSshdOptions = {}): Promise<PrivateSshd> {
  const key = JSON.stringify(options)
  const server = servers.get(key) ?? startPrivateSshd(options)
  servers.set(key, server)
  return server
}

/** Makes a test of each case: ssh and Lamina both come to the outcome that the case tells. */
export function besideSsh(cases: readonly SshCase[]): void {
  test.each(cases)('$name', async (one) => {
    const { folder, env } = await rigOf(one)
    const theirs = await outcomeOfSsh(one, folder, env)
    const ours = await outcomeOfLamina(one, folder, env)
    expect({ ssh: theirs.outcome, said: theirs.said }).toMatchObject({ ssh: one.outcome })
    expect(ours).toMatchObject({ outcome: one.lamina?.outcome ?? one.outcome })
    if (one.says !== undefined) expect(ours.said).toMatch(one.says)
    if (one.asks !== undefined) expect(ours.asked).toEqual(one.asks)
    if (one.answer !== undefined) expect(ours.asked).toHaveLength(theirs.questions)
  })
}

async function rigOf(one: SshCase): Promise<CaseRig> {
  const folder = await mkdtemp(join(tmpdir(), 'lamina-beside-ssh-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const server = await serverWith(one.server)
  const rig: CaseRig = { server, folder, env: {}, words: new Map() }
  await one.prepare?.(rig)
  const config = [...rig.words]
    .reduce((text, [word, meaning]) => text.replaceAll(word, meaning), one.config)
    .replaceAll('FOLDER', folder)
    .replaceAll('PORT', String(server.port))
    .replaceAll('KNOWN', server.knownHostsFile)
  await writePrivate(join(folder, 'config'), config)
  return rig
}

/** Writes a file that only its owner may read, as keys and configurations have to be. */
export async function writePrivate(path: string, content: string | Buffer): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, content, { mode: 0o600 })
}

/** Every question that ssh asks goes to a program that notes it and gives no answer. */
async function outcomeOfSsh(
  { host, answer }: SshCase,
  folder: string,
  env: Readonly<Record<string, string>>,
): Promise<{ readonly outcome: Outcome; readonly said: string; readonly questions: number }> {
  const asked = join(folder, 'asked')
  const askpass = join(folder, 'askpass')
  const answers = answer === undefined ? 'exit 1' : `echo '${answer}'`
  await writeFile(askpass, `#!/bin/sh\necho "$1" >>'${asked}'\n${answers}\n`)
  await chmod(askpass, 0o755)
  const { SSH_AUTH_SOCK: _agent, ...usual } = process.env
  const { status, stderr } = await runCommand('ssh', ['-F', join(folder, 'config'), '--', host, 'true'], {
    mayFail: true,
    env: { ...usual, SSH_ASKPASS: askpass, SSH_ASKPASS_REQUIRE: 'force', DISPLAY: 'none:0', ...env },
  })
  const questions = await readFile(asked, 'utf8').catch(() => '')
  const outcome = status === 0 ? 'in' : questions === '' ? 'refused' : 'asks'
  return { outcome, said: `${stderr}${questions}`, questions: questions.split('\n').length - 1 }
}

async function outcomeOfLamina(
  { host, address = host, answer }: SshCase,
  folder: string,
  env: Readonly<Record<string, string>>,
): Promise<{ readonly outcome: Outcome; readonly said: string; readonly asked: readonly string[] }> {
  const parsed = parseSshAddress(address)
  if (!parsed.ok) return { outcome: 'refused', said: parsed.problem, asked: [] }
  const { homedir: home, username: localUser } = userInfo()
  const { SSH_AUTH_SOCK: agentSocket, ...variables } = env
  const environment = {
    home,
    localUser,
    configFile: join(folder, 'config'),
    variables: { ...process.env, ...variables },
    ...(agentSocket === undefined ? {} : { agentSocket }),
  }
  const transport = openSshTransport({
    resolve: (signal) => resolveSshHost(parsed.address, {}, environment, signal),
  })
  onTestFinished(() => transport.close())
  const asked: string[] = []
  const ask = (prompt: { readonly kind: string }) => {
    asked.push(prompt.kind)
    return Promise.resolve(answer === undefined ? undefined : { values: [answer] })
  }
  try {
    await transport.open(ask, nobodyAborts)
    await outputOf(transport, { name: 'a test', script: 'true' }, nobodyAborts)
    return { outcome: 'in', said: '', asked }
  } catch (error) {
    if (!isFailure(error)) throw error
    const { message, remedy = '' } = error.failure
    return { outcome: asked.length > 0 ? 'asks' : 'refused', said: `${message} ${remedy}`.trim(), asked }
  }
}
