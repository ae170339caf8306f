import type { SshAddress } from '../../core/hosts/ssh-address'
import type { AlgorithmChoices, AlgorithmWishes } from './algorithm-choice'

/** Where OpenSSH's files are and who asks: the parts of the process that settings depend on. */
export interface SshEnvironment {
  readonly home: string
  /** Homes of the users that paths name (`~name/…`), for those who are known. */
  readonly userHomes?: ReadonlyMap<string, string>
  /** Name of the local user, for `%u` and as the default of `User`. */
  readonly localUser: string
  /** `SSH_AUTH_SOCK`. */
  readonly agentSocket?: string
  /** The user's ssh_config; `~/.ssh/config` unless told otherwise. */
  readonly configFile?: string
  readonly systemConfigFile?: string
  /** Environment variables, for `${NAME}` in paths and `IdentityAgent $NAME`; those of the process unless told otherwise. */
  readonly variables?: Readonly<Record<string, string | undefined>>
}

/** What a person chose for one host beside its address; it goes before what ssh_config says. */
export interface SshOverrides {
  readonly identityFile?: string
  readonly knownHostsFile?: string
  /** Offers algorithms that are no longer safe, such as ssh-rsa with SHA-1. */
  readonly legacyAlgorithms?: boolean
}

/**
 * Program and arguments of `KnownHostsCommand`, with what its own tokens stand for (ssh_config(5), TOKENS).
 * @throws FailureError `invalid-input` for tokens and variables that are none
 */
export type KnownHostsCommand = (
  tokens: Readonly<Record<'H' | 'I' | 't' | 'f' | 'K', string>>,
) => readonly string[]
/** The methods of RFC 4252 that Lamina knows. */
export const loginMethods = ['publickey', 'keyboard-interactive', 'password'] as const
export type LoginMethod = (typeof loginMethods)[number]

/** How a login is tried, and whether somebody may be asked. */
export interface LoginSettings {
  /** What is tried where the server takes it, the first first. */
  readonly methods: readonly LoginMethod[]
  /** Methods that are not tried, each with the words of ssh_config that rule it out, such as `PasswordAuthentication no`. */
  readonly ruledOut: ReadonlyMap<string, string>
  /** Methods that ssh_config allows and Lamina does not know. */
  readonly unsupported: readonly string[]
  /** How often each of password, passphrase and the server's own questions is asked for. */
  readonly mostPrompts: number
  /** Nobody is asked for a secret: `BatchMode yes`. */
  readonly batchMode: boolean
  /** Nobody is asked about an unknown host key. */
  readonly batchHostKeys: boolean
}

/** One connection of a chain in the words of ssh_config(5), every token expanded and every path absolute. */
export interface HopSettings {
  /** The name it was asked for by: what `Host` patterns matched and `%n` means. */
  readonly originalHost: string
  readonly hostName: string
  readonly port: number
  readonly user: string
  readonly identityFiles: readonly string[]
  /** Only `identityFiles` are tried, agent keys only if they are among them. */
  readonly identitiesOnly: boolean
  /** Certificates that ssh would show the server. */
  readonly certificateFiles?: readonly string[]
  /** Socket of the agent; undefined where none is to be used. */
  readonly agentSocket?: string
  readonly hostKeyAlias?: string
  readonly userKnownHostsFiles: readonly string[]
  readonly globalKnownHostsFiles: readonly string[]
  /** Lists of keys that are never accepted (`RevokedHostKeys`). */
  readonly revokedHostKeys?: readonly string[]
  readonly knownHostsCommand?: KnownHostsCommand
  /** Whatever answers on this machine is trusted (`NoHostAuthenticationForLocalhost`). */
  readonly trustsLocalhost?: boolean
  readonly strictHostKeyChecking: 'yes' | 'accept-new' | 'ask'
  readonly hashKnownHosts: boolean
  readonly login: LoginSettings
  /** Milliseconds for the TCP connection (or the proxy command) to stand and the banner to come. */
  readonly connectTimeout: number
  /** Milliseconds without a byte after which an answer is provoked. */
  readonly serverAliveInterval: number
  /** Command whose standard streams are the connection, run by the user's shell on this machine as OpenSSH does. */
  readonly proxyCommand?: string
  readonly legacyAlgorithms: boolean
  readonly algorithmChoices?: AlgorithmChoices
  /** Bits that RSA keys of hosts and of people must have; as many as OpenSSH wants unless said otherwise. */
  readonly requiredRsaSize?: number
  /** The only kind of addresses to use; both unless said otherwise. */
  readonly addressFamily?: 'inet' | 'inet6'
  /** Name or address of this machine that connections come from. */
  readonly bindAddress?: string
  /** Interface of this machine whose address connections come from, where `bindAddress` names none. */
  readonly bindInterface?: string
  /** How often all addresses are tried; once unless said otherwise. */
  readonly connectionAttempts?: number
}

/** Bits that OpenSSH wants RSA keys to have at least (ssh_config(5), RequiredRSASize). */
export const usualRsaSize = 1024

/** What was said about the algorithms of one hop. */
export function wishesFor({ algorithmChoices, legacyAlgorithms }: HopSettings): AlgorithmWishes {
  return { choices: algorithmChoices, legacy: legacyAlgorithms }
}

export interface ResolvedHost {
  /** The jumps in the order in which they are connected; the host itself is the last. */
  readonly hops: readonly [HopSettings, ...HopSettings[]]
  /** What was said in ssh_config and is not followed, a sentence each. */
  readonly warnings: readonly string[]
}

/** Answers what ssh_config says about an address: `ssh -G` where it is installed, Lamina's own reading elsewhere. */
export type ResolveHost = (
  address: SshAddress,
  overrides: SshOverrides,
  environment: SshEnvironment,
  signal: AbortSignal,
) => Promise<ResolvedHost>
