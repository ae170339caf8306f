import { chmod, chown } from 'node:fs/promises'
import { connect } from 'node:net'
import { dirname } from 'node:path'
import { onTestFinished } from 'vitest'
import { hopTo, transportOver } from '../../../builders/ssh-host'
import { engineProxy } from '../../../engines/engine-proxy'
import { hangFileSystem } from '../../../engines/hanging-file-system'
import { type PrivateSshdOptions, startPrivateSshd } from '../../../engines/private-sshd'
import { type ServerScript, startScriptedSshd } from '../../../engines/scripted-sshd'
import type { SharedEngine } from '../../../engines/shared-engine'

/** A host of which an engine can be reached, and where commands hang in some way. */
export interface HangingHost {
  readonly name: string
  /** Starts it and gives what `hosts.connect` takes; gone with the test. */
  start(engine: SharedEngine): Promise<HostInput>
  /** Why there is no host lens. */
  readonly reason: RegExp
}

export interface HostInput {
  readonly host: string
  readonly identityFile: string
  readonly knownHostsFile: string
}

const socketGroup = 7777

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

/** A server that forwards streams and answers nothing else. */
async function scripted(engine: SharedEngine, script: ServerScript): Promise<HostInput> {
  const sshd = await startScriptedSshd({
    ...script,
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
  return { ...input, host, knownHostsFile: sshd.knownHostsFile }
}

/** An account that reaches the engine and is root by sudo alone, in whose place stands this. */
async function withSudo(engine: SharedEngine, sudo: string): Promise<HostInput> {
  const guarded = await engineProxy(engine.socketPath)
  onTestFinished(() => guarded.close())
  const socketPath = guarded.dockerHost.slice('unix://'.length)
  await chmod(dirname(socketPath), 0o711)
  await chown(socketPath, 0, socketGroup)
  await chmod(socketPath, 0o660)
  const instead = { '/usr/bin/sudo': `#!/bin/sh\n${sudo}\n` }
  return (await server({ ...engine, socketPath }, { instead }, 'keeper')).input
}

async function withFileSystem(engine: SharedEngine): Promise<HostInput> {
  const { sshd, input } = await server(engine, {})
  const transport = transportOver(hopTo(sshd, { identityFiles: [input.identityFile] }))
  await hangFileSystem(transport, engine.dataRoot)
  await transport.close()
  return input
}

const forced = async (engine: SharedEngine, command: string) =>
  (await server(engine, { config: [`ForceCommand ${command}`] })).input

export const hangingHosts: readonly HangingHost[] = [
  {
    name: 'a forced command that sleeps',
    start: (engine) => forced(engine, 'sleep infinity'),
    reason: /did not come to the command within .* It printed nothing/,
  },
  {
    name: 'a forced command that asks for something',
    start: (engine) => forced(engine, `/bin/sh -c "echo Which project?; exec sleep infinity"`),
    reason: /did not come to the command within .* It printed: Which project\?/,
  },
  {
    name: 'a server that never answers a question for a session',
    start: (engine) => scripted(engine, { answersNoSession: true }),
    reason: /The server did not answer within .* when it was asked to run a command/,
  },
  {
    name: 'a server that never answers a question for a command',
    start: (engine) => scripted(engine, { exec: () => undefined }),
    reason: /The server did not answer within .* when it was asked to run a command/,
  },
  {
    name: 'a sudo that waits',
    start: (engine) => withSudo(engine, 'exec sleep infinity'),
    reason: /did not come to the command within .* It printed nothing/,
  },
  {
    name: 'a sudo that asks for a password in spite of all',
    start: (engine) => withSudo(engine, 'printf "password: "; IFS= read -r word; exec sleep infinity'),
    reason: /did not come to the command within .* It printed: password:/,
  },
  {
    name: 'a file system that never answers',
    start: withFileSystem,
    reason: /said nothing more for/,
  },
]
