import { bytesOfText, inLowerCase } from '../ssh-config/files/patterns'
import { type KnownHostsLine, namesHost } from './known-hosts-line'
import { typeOfKey } from './public-key'

/** A key that a server showed; `type` as in `ssh-ed25519`, `blob` as in RFC 4253, section 6.6. */
export interface PresentedKey {
  readonly type: string
  readonly blob: Buffer
}

export type HostKeyVerdict =
  | { readonly verdict: 'known' }
  | {
      readonly verdict: 'unknown'
      /** For another port than 22: types of the keys that the name without a port is known by. */
      readonly otherTypes: readonly string[]
    }
  | {
      readonly verdict: 'changed' | 'revoked'
      readonly file: string
      readonly line: number
      /** KnownHostsCommand said it, and there is no such file. */
      readonly isSaid?: true
    }

/** What a host is called: where the connection goes, and `HostKeyAlias` where it is set. */
export interface HostName {
  readonly host: string
  readonly port: number
  readonly hostKeyAlias?: string
}

/** The name by which a hop is looked up. */
export function nameOf(hop: {
  readonly hostName: string
  readonly port: number
  readonly hostKeyAlias?: string
}): HostName {
  const { hostName, port, hostKeyAlias } = hop
  return { host: hostName, port, ...(hostKeyAlias === undefined ? {} : { hostKeyAlias }) }
}

const standardPort = 22

/** The host as people and known_hosts write it: `host`, or `[host]:port` for other ports than 22. */
export function displayHost({ host, port }: HostName): string {
  return port === standardPort ? host : `[${host}]:${String(port)}`
}

/** The name to look up and to write, a character a byte (sshconnect.c, get_hostfile_hostname_ipaddr; ssh.c makes it lower case). */
export function nameInFile(name: HostName): string {
  return inLowerCase(bytesOfText(name.hostKeyAlias ?? displayHost(name)))
}

/** Other names that a key is known by, so that a person can tell a host that moved from a stranger. */
interface OtherNames {
  readonly total: number
  /** The first ones. `names` is a list as the file has it, and missing where it is hashed. */
  readonly first: readonly { readonly names?: string; readonly file: string; readonly line: number }[]
}

/** As many as OpenSSH tells (sshconnect.c, other_hostkeys_message). */
const mostOtherNames = 8

/** A file that is there and cannot be read; OpenSSH goes on without it. */
interface UnreadFile {
  readonly file: string
  readonly why: string
}

/** The lines of all known_hosts files as of one moment, and what they say about a host. */
export class KnownHosts {
  readonly #lines: readonly KnownHostsLine[]
  readonly #found = new Map<string, readonly KnownHostsLine[]>()
  /** Files whose lines are not among them, and why. */
  readonly unread: readonly UnreadFile[]

  constructor(lines: readonly KnownHostsLine[], unread: readonly UnreadFile[] = []) {
    this.#lines = lines
    this.unread = unread
  }

  /** These and more, such as a command said. */
  with(lines: readonly KnownHostsLine[]): KnownHosts {
    return new KnownHosts([...this.#lines, ...lines], this.unread)
  }

  /**
   * Judges as OpenSSH does (hostfile.c, check_hostkeys_by_key_or_type; sshconnect.c, check_host_key):
   *
   * - A key that a `@revoked` line of the host holds, alone or in a certificate, is revoked, whatever else is said.
   * - A key that any plain line of the host holds is known.
   * - A host that has plain lines, but none with this key, has changed. That holds for keys of other types too: who
   *   knows a host by RSA and is shown Ed25519 is warned by OpenSSH as well. `knownTypes` keeps that from happening to a
   *   server that has both.
   * - Otherwise, for another port than 22 and without an alias, the name without a port is looked up in files alone: the
   *   same key there makes it known, another one says nothing. Revoked there is revoked: OpenSSH warns of it and then
   *   asks, Lamina does not ask.
   * - `@cert-authority` lines say nothing about a plain key, and a certificate is not trusted, for it is not checked.
   */
  judge(name: HostName, key: PresentedKey): HostKeyVerdict {
    const encoded = key.blob.toString('base64')
    const isWhole = typeOfKey(key.blob) !== undefined
    const lines = this.#about(nameInFile(name))
    const revoked = revokedIn(lines, encoded)
    if (revoked !== undefined) return { verdict: 'revoked', ...placeOf(revoked) }
    const plain = lines.filter(isPlain)
    if (isWhole && holds(plain, encoded)) return { verdict: 'known' }
    const offending = plain.findLast((one) => one.type === key.type) ?? plain.at(-1)
    if (offending !== undefined) return { verdict: 'changed', ...placeOf(offending) }
    const withoutPort = this.#withoutPort(name)
    const revokedThere = revokedIn(withoutPort, encoded)
    if (revokedThere !== undefined) return { verdict: 'revoked', ...placeOf(revokedThere) }
    if (isWhole && holds(withoutPort, encoded)) return { verdict: 'known' }
    return { verdict: 'unknown', otherTypes: typesOf(withoutPort) }
  }

  /**
   * Types of the keys that would be accepted, for the order in which algorithms are offered. Where `[host]:port` has
   * none, those of the name without a port.
   */
  knownTypes(name: HostName): readonly string[] {
    const lines = this.#about(nameInFile(name))
    return typesOf(lines.some(isPlain) ? lines : this.#withoutPort(name))
  }

  /** Where a key is known that does not name this host. */
  otherNames(name: HostName, blob: Buffer): OtherNames {
    const encoded = blob.toString('base64')
    const about = new Set([...this.#about(nameInFile(name)), ...this.#withoutPort(name)])
    const others = this.#lines.filter((line) => holdsKey(line, encoded) && !line.isSaid && !about.has(line))
    return {
      total: others.length,
      first: others.slice(0, mostOtherNames).map(({ hosts, file, line }) => ({
        ...(hosts.hashed ? {} : { names: Buffer.from(hosts.patterns, 'latin1').toString('utf8') }),
        file,
        line,
      })),
    }
  }

  /** Whether the host's key could be a certificate of an authority that the files name. */
  hasCertificateAuthority(name: HostName): boolean {
    return this.#about(nameInFile(name)).some((one) => one.marker === 'cert-authority')
  }

  #withoutPort(name: HostName): readonly KnownHostsLine[] {
    if (name.hostKeyAlias !== undefined || name.port === standardPort) return []
    return this.#about(inLowerCase(bytesOfText(name.host))).filter((line) => !line.isSaid)
  }

  /** Kept, for a hashed file costs a digest a line. */
  #about(name: string): readonly KnownHostsLine[] {
    const found = this.#found.get(name) ?? this.#lines.filter((line) => namesHost(line, name))
    this.#found.set(name, found)
    return found
  }
}

function placeOf({ file, line, isSaid }: KnownHostsLine) {
  return { file, line, ...(isSaid === undefined ? {} : { isSaid }) }
}

function revokedIn(lines: readonly KnownHostsLine[], key: string): KnownHostsLine | undefined {
  return lines.find((one) => one.marker === 'revoked' && one.key === key)
}

function isPlain(line: KnownHostsLine): boolean {
  return line.marker === 'none'
}

function holdsKey(line: KnownHostsLine, key: string): boolean {
  return isPlain(line) && !line.isCertificate && line.key === key
}

function holds(lines: readonly KnownHostsLine[], key: string): boolean {
  return lines.some((line) => holdsKey(line, key))
}

function typesOf(lines: readonly KnownHostsLine[]): string[] {
  const revoked = new Set(lines.filter((line) => line.marker === 'revoked').map((line) => line.key))
  return [
    ...new Set(
      lines.filter((line) => holdsKey(line, line.key) && !revoked.has(line.key)).map((line) => line.type),
    ),
  ]
}
