/**
 * What ssh_config says about one host, before tokens are expanded: keywords in lower case, each with what stands behind
 * it, one value for most, several for `identityfile` and lists of files.
 */
export interface HostOptions {
  readonly originalHost: string
  readonly hostName: string
  readonly port: number
  readonly user: string
  readonly values: ReadonlyMap<string, readonly string[]>
  /** Keywords that somebody set, to something else than OpenSSH's default. */
  readonly set: ReadonlySet<string>
  /** Whether lists of known_hosts files and the agent's path have their tokens expanded already. */
  readonly expanded: boolean
  readonly warnings: readonly string[]
  /** What stands in the files for lists of algorithms, where `values` has them as OpenSSH completed them. */
  readonly writtenAlgorithms?: ReadonlyMap<string, string>
  /** What OpenSSH has for such lists where nobody says anything. */
  readonly usualAlgorithms?: ReadonlyMap<string, string>
}

/** What is asked about, and what was given beside the configuration and goes before it. */
export interface HostQuestion {
  readonly host: string
  readonly user?: string
  readonly port?: number
  /** `ProxyJump` as `ssh -J` would be given it. */
  readonly jump?: string
}
