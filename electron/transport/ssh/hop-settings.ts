import type { SshAddress } from '../../core/ssh-address'

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
  /** Bits that an RSA key must have, where more than OpenSSH's own 1024. */
  readonly requiredRsaSize?: number
  /** Socket of the agent; undefined where none is to be used. */
  readonly agentSocket?: string
  readonly hostKeyAlias?: string
  readonly userKnownHostsFiles: readonly string[]
  readonly globalKnownHostsFiles: readonly string[]
  readonly strictHostKeyChecking: 'yes' | 'accept-new' | 'ask'
  readonly hashKnownHosts: boolean
  /** Milliseconds for the TCP connection (or the proxy command) to stand and the banner to come. */
  readonly connectTimeout: number
  /** Milliseconds without a byte after which an answer is provoked. */
  readonly serverAliveInterval: number
  /** Command whose standard streams are the connection, run by the user's shell on this machine as OpenSSH does. */
  readonly proxyCommand?: string
  readonly legacyAlgorithms: boolean
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
