import { readFileSync } from 'node:fs'
import { chmod, chown, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'
import { hopTo, transportOver } from '../../../builders/hosts/ssh-host'
import { engineProxy } from '../../../engines/engine/engine-proxy'
import { hangFileSystem, waitingForFileSystem } from '../../../engines/faults/hanging-file-system'
import { type PrivateSshdOptions, startPrivateSshd } from '../../../engines/ssh/private-sshd'
import { startScriptedSshd } from '../../../engines/ssh/scripted-sshd'
import type { SharedEngine } from '../../../engines/docker/shared-engine'

/** A host of which an engine can be reached, and where commands hang in some way. */
export interface HangingHost {
  readonly name: string
  /** Starts it; gone with the test. */
  start(engine: SharedEngine): Promise<StartedHost>
  /** Why there is no host lens. */
  readonly reason: RegExp
}

export interface HostInput {
  readonly host: string
  readonly identityFile: string
  readonly knownHostsFile: string
}

export interface StartedHost {
  /** What `hosts.connect` takes. */
  readonly input: HostInput
  /** How often something was asked for that hangs. */
  hung(): number
}

const socketGroup = 7777

/** A file of which each line is one more that hangs, whoever writes it. */
async function countedIn(): Promise<{ readonly file: string; readonly hung: () => number }> {
  const folder = await mkdtemp(join(tmpdir(), 'lamina-hanging-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  await chmod(folder, 0o755)
  const file = join(folder, 'hung')
  await writeFile(file, '')
  await chmod(file, 0o666)
  return { file, hung: () => readFileSync(file).length }
}

/** A real server, whose users log in with a key. */
async function server(engine: SharedEngine, options: PrivateSshdOptions, user: 'root' | 'keeper' = 'root') {
  const sshd = await startPrivateSshd({ socketGroup, ...options })
  onTestFinished(() => sshd.stop())
  const identityFile = await sshd.makeKey('ed25519')
  await sshd.authorize(user, identityFile)
  const { knownHostsFile } = sshd
  const input = { host: sshd.address(user, engine.socketPath), identityFile, knownHostsFile }
  return { sshd, input }
}

/** A server that forwards streams and leaves all else without an answer. */
async function scripted(engine: SharedEngine, what: 'session' | 'exec'): Promise<StartedHost> {
  let count = 0
  const hangs = () => void (count += 1)
  const sshd = await startScriptedSshd({
    [what]: hangs,
    stream: (socketPath, asked) => {
      const channel = asked.accept()
      const socket = connect(socketPath)
      for (const end of [channel, socket]) end.on('error', () => undefined)
      socket.on('close', () => void channel.close())
      channel.on('close', () => void socket.destroy())
      channel.pipe(socket).pipe(channel)
    },
  })
  onTestFinished(() => sshd.close())
  const { input } = await server(engine, {})
  const host = `ssh://root@127.0.0.1:${String(sshd.port)}${engine.socketPath}`
  return { input: { ...input, host, knownHostsFile: sshd.knownHostsFile }, hung: () => count }
}

/** An account that reaches the engine and is root by sudo alone, in whose place stands this. */
async function withSudo(engine: SharedEngine, asks = ''): Promise<StartedHost> {
  const { file, hung } = await countedIn()
  const guarded = await engineProxy(engine.socketPath)
  onTestFinished(() => guarded.close())
  const socketPath = guarded.dockerHost.slice('unix://'.length)
  await chmod(dirname(socketPath), 0o711)
  await chown(socketPath, 0, socketGroup)
  await chmod(socketPath, 0o660)
  const instead = { '/usr/bin/sudo': `#!/bin/sh\necho >>${file}\n${asks}\nexec sleep infinity\n` }
  const { input } = await server({ ...engine, socketPath }, { instead }, 'keeper')
  return { input, hung }
}

async function withFileSystem(engine: SharedEngine): Promise<StartedHost> {
  const { sshd, input } = await server(engine, {})
  const transport = transportOver(hopTo(sshd, { identityFiles: [input.identityFile] }))
  await hangFileSystem(transport, engine.dataRoot)
  await transport.close()
  const all = new Set<string>()
  const hung = () => {
    for (const pid of waitingForFileSystem()) all.add(pid)
    return all.size
  }
  return { input, hung }
}

async function withForced(engine: SharedEngine, says = ''): Promise<StartedHost> {
  const { file, hung } = await countedIn()
  const config = [`ForceCommand echo >>${file}; ${says} exec sleep infinity`]
  return { input: (await server(engine, { config })).input, hung }
}

export const hangingHosts: readonly HangingHost[] = [
  {
    name: 'a forced command that sleeps',
    start: withForced,
    reason: /did not come to the command within .* It printed nothing/,
  },
  {
    name: 'a forced command that asks for something',
    start: (engine) => withForced(engine, 'echo Which project?;'),
    reason: /did not come to the command within .* It printed: Which project\?/,
  },
  {
    name: 'a server that never answers a question for a session',
    start: (engine) => scripted(engine, 'session'),
    reason: /The server did not answer within .* when it was asked to run a command/,
  },
  {
    name: 'a server that never answers a question for a command',
    start: (engine) => scripted(engine, 'exec'),
    reason: /The server did not answer within .* when it was asked to run a command/,
  },
  {
    name: 'a sudo that waits',
    start: withSudo,
    reason: /did not come to the command within .* It printed nothing/,
  },
  {
    name: 'a sudo that asks for a password in spite of all',
    start: (engine) => withSudo(engine, 'printf "password: "; IFS= read -r word'),
    reason: /did not come to the command within .* It printed: password:/,
  },
  {
    name: 'a file system that never answers',
    start: withFileSystem,
    reason: /said nothing more for/,
  },
]
