import { createHash } from 'node:crypto'
import { hostname, userInfo } from 'node:os'
import { join, resolve } from 'node:path'
import { displayName } from '../../core/base/display-name'
import { failed } from '../../core/base/failure'
import { usualRsaSize, type HopSettings, type KnownHostsCommand, type SshEnvironment } from './hop-settings'
import { algorithmChoicesIn } from './algorithm-options'
import { splitWords } from './files/config-line'
import { expandTilde, expandTokens, expandVariables } from './files/expand'
import type { HostOptions } from './files/host-options'
import { inLowerCase } from './files/patterns'
import { loginFrom } from './login'
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

  const refusal = value('refuseconnection')
  if (refusal !== undefined)
    throw failed('invalid-input', `RefuseConnection in the SSH configuration says: ${displayName(refusal)}`)

  const identities = options.values.get('identityfile') ?? []
  const usualIdentities = identities.every((file) => listedUnasked.test(file))
  const checking = strictness(value('stricthostkeychecking'))
  const login = loginFrom(value)
  const said = value('hostkeyalias')
  const alias = said === undefined ? undefined : inLowerCase(said)
  const certificates = (options.values.get('certificatefile') ?? [])
    .filter((file) => !isNone(file))
    .map((file) => path(file, 'CertificateFile'))
  const proxyCommand = value('proxycommand')
  const knownHostsCommand = value('knownhostscommand')
  // Older versions of OpenSSH expand nothing in it, newer ones before they print it.
  const revokedHostKeys = filesOf(options.values.get('revokedhostkeys') ?? []).map((file) =>
    options.expanded ? resolve(file) : path(file, 'RevokedHostKeys'),
  )
  const algorithmChoices = algorithmChoicesIn(options)
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
      ).map((file) => resolve(expandTilde(file, home, userHomes))),
      ...(revokedHostKeys.length === 0 ? {} : { revokedHostKeys }),
      ...(knownHostsCommand === undefined || isNone(knownHostsCommand)
        ? {}
        : { knownHostsCommand: keysCommand(knownHostsCommand, tokens, variables) }),
      ...(isOn('nohostauthenticationforlocalhost') ? { trustsLocalhost: true } : {}),
      strictHostKeyChecking: checking.strict,
      hashKnownHosts: isOn('hashknownhosts'),
      // Where StrictHostKeyChecking no is not followed, OpenSSH would have got in: the question is Lamina's own.
      login: { ...login, batchHostKeys: login.batchMode && checking.warnings.length === 0 },
      connectTimeout: 1000 * secondsIn(value('connecttimeout'), 'ConnectTimeout') || usualConnectTimeout,
      serverAliveInterval: aliveInterval(value('serveraliveinterval'), login.batchMode),
      ...(proxyCommand === undefined || isNone(proxyCommand)
        ? {}
        : { proxyCommand: commandFor(proxyCommand, tokens) }),
      legacyAlgorithms: false,
      ...waysOf(value),
      ...(Object.keys(algorithmChoices).length === 0 ? {} : { algorithmChoices }),
    },
    usualIdentities,
    warnings: checking.warnings,
  }
}

/** How the way to the host is chosen, as far as somebody said; what ssh has where nobody does is left out. */
function waysOf(value: (keyword: string) => string | undefined): Partial<HopSettings> {
  const family = value('addressfamily')?.toLowerCase()
  const [bindAddress, bindInterface] = [value('bindaddress'), value('bindinterface')]
  const attempts = numberIn(value('connectionattempts'), 'ConnectionAttempts')
  const rsaSize = numberIn(value('requiredrsasize'), 'RequiredRSASize')
  return {
    ...(family === 'inet' || family === 'inet6' ? { addressFamily: family } : {}),
    ...(bindAddress === undefined ? {} : { bindAddress }),
    ...(bindInterface === undefined ? {} : { bindInterface }),
    ...(attempts === undefined || attempts <= 1 ? {} : { connectionAttempts: attempts }),
    ...(rsaSize === undefined || rsaSize === usualRsaSize ? {} : { requiredRsaSize: rsaSize }),
  }
}

function numberIn(text: string | undefined, option: string): number | undefined {
  if (text === undefined) return undefined
  if (/^\d{1,9}$/.test(text)) return Number(text)
  throw failed('invalid-input', `${option} ${text} in the SSH configuration is no number.`, 'Write a number.')
}

/** Debian's OpenSSH has 300 seconds where BatchMode is set and nothing else is said. */
function aliveInterval(said: string | undefined, batchMode: boolean): number {
  const seconds = secondsIn(said, 'ServerAliveInterval')
  return batchMode && seconds === 300 ? usualAliveInterval : 1000 * seconds || usualAliveInterval
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
    k: inLowerCase(options.values.get('hostkeyalias')?.[0] ?? '') || options.originalHost,
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

/** No shell is between (sshconnect.c, load_hostkeys_command). */
function keysCommand(
  command: string,
  tokens: Readonly<Record<string, string>>,
  variables: Readonly<Record<string, string | undefined>>,
): KnownHostsCommand {
  const [program = '', ...args] = splitWords(command, false) ?? []
  return (own) => [
    program,
    ...args.map((arg) =>
      expandVariables(
        expandTokens(arg, { ...tokens, ...own }, 'KnownHostsCommand'),
        variables,
        'KnownHostsCommand',
      ),
    ),
  ]
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

function isNone(value: string): boolean {
  return value.toLowerCase() === 'none'
}
