import { createHash } from 'node:crypto'
import { hostname, userInfo } from 'node:os'
import { join, resolve } from 'node:path'
import { failed } from '../../../core/failure'
import type { HopSettings, SshEnvironment } from '../hop-settings'
import { expandTilde, expandTokens, expandVariables } from './expand'
import type { HostOptions } from './host-options'
import { secondsIn } from './seconds'

/** Milliseconds where ssh_config says nothing: OpenSSH waits as long as the system does, and provokes no answers. */
const usualConnectTimeout = 20_000
const usualAliveInterval = 5000

/** The keys that OpenSSH tries unasked (readconf.c, fill_default_options); those on a device are only told of. */
const usualKeys = ['id_rsa', 'id_ecdsa', 'id_ecdsa_sk', 'id_ed25519', 'id_ed25519_sk', 'id_dsa']
/** All that `ssh -G` lists where no `IdentityFile` is set, in any order and version. */
const listedUnasked = /^~\/\.ssh\/id_(rsa|ecdsa|ecdsa_sk|ed25519|ed25519_sk|xmss|dsa|mldsa\S*)$/

export interface Hop {
  readonly settings: HopSettings
  /** Nobody set `IdentityFile`; of `settings.identityFiles` only those that exist matter. */
  readonly usualIdentities: boolean
  readonly warnings: readonly string[]
}

/**
 * Makes the settings of one connection out of options: tokens expanded, paths absolute, times in milliseconds.
 * @throws FailureError `invalid-input` for tokens, variables and numbers that are none
 */
export function hopFrom(options: HostOptions, environment: SshEnvironment): Hop {
  const value = (keyword: string): string | undefined => options.values.get(keyword)?.[0]
  const isOn = (keyword: string): boolean => ['yes', 'true'].includes(value(keyword)?.toLowerCase() ?? '')
  const { home, userHomes, variables = process.env } = environment
  const tokens = tokensFor(options, environment)
  const path = (text: string, option: string): string =>
    resolve(
      expandVariables(expandTokens(expandTilde(text, home, userHomes), tokens, option), variables, option),
    )

  const identities = options.values.get('identityfile') ?? []
  const usualIdentities = identities.every((file) => listedUnasked.test(file))
  const checking = strictness(value('stricthostkeychecking'))
  const alias = value('hostkeyalias')?.toLowerCase()
  const certificates = (options.values.get('certificatefile') ?? [])
    .filter((file) => !isNone(file))
    .map((file) => path(file, 'CertificateFile'))
  const proxyCommand = value('proxycommand')
  const requiredRsaSize = numberIn(value('requiredrsasize')) ?? 0
  const agentSocket = agentFor(value('identityagent'), environment, (text) =>
    options.expanded ? text : path(text, 'IdentityAgent'),
  )
  return {
    settings: {
      originalHost: options.originalHost,
      hostName: options.hostName,
      port: options.port,
      user: options.user,
      identityFiles: usualIdentities
        ? usualKeys.map((name) => join(home, '.ssh', name))
        : identities.filter((file) => !isNone(file)).map((file) => path(file, 'IdentityFile')),
      identitiesOnly: isOn('identitiesonly'),
      ...(certificates.length === 0 ? {} : { certificateFiles: certificates }),
      ...(requiredRsaSize > 1024 ? { requiredRsaSize } : {}),
      ...(agentSocket === undefined ? {} : { agentSocket }),
      ...(alias === undefined ? {} : { hostKeyAlias: alias }),
      userKnownHostsFiles: filesOf(
        options.values.get('userknownhostsfile') ?? ['~/.ssh/known_hosts', '~/.ssh/known_hosts2'],
      ).map((file) => (options.expanded ? resolve(file) : path(file, 'UserKnownHostsFile'))),
      globalKnownHostsFiles: filesOf(
        options.values.get('globalknownhostsfile') ?? [
          '/etc/ssh/ssh_known_hosts',
          '/etc/ssh/ssh_known_hosts2',
        ],
      ).map((file) => resolve(file)),
      strictHostKeyChecking: checking.strict,
      hashKnownHosts: isOn('hashknownhosts'),
      connectTimeout: 1000 * secondsIn(value('connecttimeout'), 'ConnectTimeout') || usualConnectTimeout,
      serverAliveInterval:
        1000 * secondsIn(value('serveraliveinterval'), 'ServerAliveInterval') || usualAliveInterval,
      ...(proxyCommand === undefined || isNone(proxyCommand)
        ? {}
        : { proxyCommand: commandFor(proxyCommand, tokens) }),
      legacyAlgorithms: false,
    },
    usualIdentities,
    warnings: checking.warnings,
  }
}

/** What stands for `%x` in paths (ssh_config(5), TOKENS). */
function tokensFor(options: HostOptions, environment: SshEnvironment): Record<string, string> {
  const machine = hostname()
  const port = String(options.port)
  const all = [machine, options.hostName, port, options.user].join('')
  return {
    C: createHash('sha1').update(all).digest('hex'),
    d: environment.home,
    h: options.hostName,
    i: String(userInfo().uid),
    k: options.values.get('hostkeyalias')?.[0]?.toLowerCase() ?? options.originalHost,
    L: machine.split('.', 1)[0] ?? machine,
    l: machine,
    n: options.originalHost,
    p: port,
    r: options.user,
    u: environment.localUser,
  }
}

function commandFor(command: string, { h = '', n = '', p = '', r = '' }: Record<string, string>): string {
  if (command === '-')
    throw failed(
      'invalid-input',
      'ProxyCommand - in the SSH configuration means streams of ssh itself, which are not there.',
      'Write a command, or none.',
    )
  return expandTokens(command, { h, n, p, r }, 'ProxyCommand')
}

/** The socket that `IdentityAgent` means (ssh.c, main). */
function agentFor(
  said: string | undefined,
  { agentSocket, variables = process.env }: SshEnvironment,
  expand: (path: string) => string,
): string | undefined {
  if (said === undefined || said === 'SSH_AUTH_SOCK') return agentSocket
  if (said === 'none') return undefined
  if (!said.startsWith('$') || said.startsWith('${')) return expand(said)
  const name = said.slice(1)
  return name === 'SSH_AUTH_SOCK' ? agentSocket : variables[name]
}

function strictness(said: string | undefined): {
  readonly strict: HopSettings['strictHostKeyChecking']
  readonly warnings: readonly string[]
} {
  switch (said?.toLowerCase()) {
    case 'yes':
    case 'true':
      return { strict: 'yes', warnings: [] }
    case 'accept-new':
      return { strict: 'accept-new', warnings: [] }
    case 'no':
    case 'off':
    case 'false':
      return {
        strict: 'ask',
        warnings: [
          'StrictHostKeyChecking no in the SSH configuration is not followed: host keys are checked, and unknown ones asked about.',
        ],
      }
    default:
      return { strict: 'ask', warnings: [] }
  }
}

function filesOf(files: readonly string[]): readonly string[] {
  return files.length === 1 && isNone(files[0] ?? '') ? [] : files
}

/** A whole number; undefined for anything else, which ssh refuses. */
function numberIn(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined
}

function isNone(value: string): boolean {
  return value.toLowerCase() === 'none'
}
