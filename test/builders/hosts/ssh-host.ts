import { onTestFinished } from 'vitest'
import type { PromptAnswer, Prompt } from '../../../electron/core/hosts/prompt'
import type { CommandLimits } from '../../../electron/transport/limits/command-limits'
import {
  loginMethods,
  type HopSettings,
  type LoginSettings,
} from '../../../electron/transport/ssh-config/hop-settings'
import { openSshTransport, type SshTransport } from '../../../electron/transport/ssh2/ssh-transport'
import { outputOf, type Ask } from '../../../electron/transport/transport'

/** How a login is tried where ssh_config says nothing about it. */
export const usualLogin: LoginSettings = {
  methods: loginMethods,
  ruledOut: new Map(),
  unsupported: [],
  mostPrompts: 3,
  batchMode: false,
  batchHostKeys: false,
}

/** Settings of a hop that a private sshd lets in, to be changed where a test is about something else. */
export function hopTo(
  server: { readonly port: number; readonly knownHostsFile: string },
  changes: Partial<HopSettings> = {},
): HopSettings {
  return {
    originalHost: '127.0.0.1',
    hostName: '127.0.0.1',
    port: server.port,
    user: 'root',
    identityFiles: [],
    identitiesOnly: true,
    userKnownHostsFiles: [server.knownHostsFile],
    globalKnownHostsFiles: [],
    strictHostKeyChecking: 'ask',
    hashKnownHosts: false,
    login: usualLogin,
    connectTimeout: 10_000,
    serverAliveInterval: 5_000,
    legacyAlgorithms: false,
    ...changes,
  }
}

/** A transport over hops, without any file of ssh_config. */
export function transportOver(...hops: readonly [HopSettings, ...HopSettings[]]): SshTransport {
  return openSshTransport({ resolve: () => Promise.resolve({ hops, warnings: [] }) })
}

/** The same, closed when the test ends. */
export function closing(...hops: readonly [HopSettings, ...HopSettings[]]): SshTransport {
  const transport = transportOver(...hops)
  onTestFinished(() => transport.close())
  return transport
}

/** The name of the user that a login ends up as. */
export async function whoIs(transport: SshTransport): Promise<string> {
  return (await outputOf(transport, { name: 'a test', script: 'id -un' }, nobodyAborts)).toString().trim()
}

/** The same with other limits of commands than the usual ones. */
export function transportWithin(
  limits: Partial<CommandLimits>,
  ...hops: readonly [HopSettings, ...HopSettings[]]
): SshTransport {
  return openSshTransport({ resolve: () => Promise.resolve({ hops, warnings: [] }), limits })
}

/** Someone who answers questions in order with these answers, and declines when there are no more. */
export function person(
  ...answers: readonly (readonly string[])[]
): Ask & { readonly asked: readonly Prompt[] } {
  const asked: Prompt[] = []
  const left = [...answers]
  const ask = (prompt: Prompt): Promise<PromptAnswer | undefined> => {
    asked.push(prompt)
    const values = left.shift()
    return Promise.resolve(values === undefined ? undefined : { values })
  }
  return Object.assign(ask, { asked })
}

export const nobodyAborts = new AbortController().signal
