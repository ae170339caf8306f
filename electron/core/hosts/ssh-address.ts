import { hasControlCharacter, isHostName, isUserName } from './ssh-names'

/** Where a host over SSH is, every part as it is meant, without escapes. Absent parts are ssh_config's to say. */
export interface SshAddress {
  readonly user?: string
  /** A `Host` of ssh_config, the name of a machine or an IP address (IPv6 without brackets). */
  readonly host: string
  readonly port?: number
  /** Absolute path of the engine's socket on the host. */
  readonly socketPath?: string
}

export type SshAddressProblem =
  'not-ssh' | 'no-host' | 'bad-host' | 'bad-user' | 'bad-port' | 'password' | 'bad-path' | 'bad-escape'

export type ParsedSshAddress =
  | { readonly ok: true; readonly address: SshAddress }
  | { readonly ok: false; readonly problem: SshAddressProblem }

/**
 * Reads an address as people write it: a URL `ssh://[user@]host[:port][/path/of/the/engine.sock]`, or what they give to ssh,
 * `[user@]host`, with `:port` behind it where they like. `addressMeant` knows names that look as if they had a port.
 */
export function parseSshAddress(text: string): ParsedSshAddress {
  if (/^ssh:\/\//i.test(text)) return parseUrl(text.slice('ssh://'.length))
  if (/^[a-z][a-z\d+.-]*:\/\//i.test(text)) return { ok: false, problem: 'not-ssh' }
  const { user, host } = argumentParts(text)
  // As in a URL. A colon behind an `@` divides what bastions take in place of a user.
  if (user !== undefined && /^[^@]*:/.test(user)) return { ok: false, problem: 'password' }
  const [, bracketed, plain, port] = /^(?:\[([^\]]*)\]|([^:]*))(?::(\d*))?$/.exec(host) ?? []
  return checked({ user, host: bracketed ?? plain ?? host, port })
}

/** Reads a text as ssh reads its own argument (ssh.c, main): a URL, or `[user@]host` with all behind the last `@` for the host. */
export function parseSshArgument(text: string): ParsedSshAddress {
  if (text.startsWith('ssh://')) return parseSshAddress(text)
  const { user, host } = argumentParts(text)
  return checked({ user, host })
}

/** Reads an address as `parseSshAddress` does, but what names one of these hosts as ssh reads it is that one: `web:22` may be a name. */
export function addressMeant(text: string, aliases: ReadonlySet<string>): ParsedSshAddress {
  const typed = parseSshAddress(text)
  if (!typed.ok && typed.problem === 'password') return typed
  const argument = parseSshArgument(text)
  return argument.ok && aliases.has(argument.address.host) ? argument : typed
}

/**
 * The address as a URL in its one spelling, without anything that is not seen; two addresses are the same host exactly when these are
 * equal. It serves as host id. A plus sign in a user is escaped, for OpenSSH reads it as a space there.
 */
export function formatSshAddress({ user, host, port, socketPath }: SshAddress): string {
  const login = user === undefined ? '' : `${escaped(user, /[/:@+]/)}@`
  return `ssh://${login}${formatHost(host)}${port === undefined ? '' : `:${String(port)}`}${escaped(socketPath ?? '')}`
}

/** The one spelling of an address over SSH; any other text stays as it is. */
export function usualSpelling(text: string): string {
  const parsed = text.startsWith('ssh://') ? parseSshAddress(text) : undefined
  return parsed?.ok === true ? formatSshAddress(parsed.address) : text
}

const ipv6 = /^([\da-f]*:[\da-f]*:[\da-f:.]*)(?:%([^]+))?$/i

function formatHost(host: string): string {
  const [, address, zone] = ipv6.exec(host) ?? []
  if (address === undefined) return escaped(host, /[/:@]/)
  return `[${address}${zone === undefined ? '' : `%25${escaped(zone, /[/:@]/)}`}]`
}

/** What no part of a URL holds as it is, and what is not seen or moves what stands around it. */
const never = /[%?#[\]"<>\\^`{|}\p{Cc}\p{Cf}\p{Z}\p{Default_Ignorable_Code_Point}]/u

function escaped(text: string, delimiters = /(?!)/): string {
  return text.replace(/[^]/gu, (letter) =>
    never.test(letter) || delimiters.test(letter) ? encodeURIComponent(letter) : letter,
  )
}

function argumentParts(text: string): { readonly user: string | undefined; readonly host: string } {
  const at = text.lastIndexOf('@')
  return { user: at === -1 ? undefined : text.slice(0, at), host: text.slice(at + 1) }
}

/** As Go's net/url, and so Docker, reads it, but `?` and `#` stand for themselves, and so does a `%` that begins no escape. */
function parseUrl(text: string): ParsedSshAddress {
  const [, authority = '', path = ''] = /^([^/]*)([^]*)$/.exec(text) ?? []
  const { user: login, host: place } = argumentParts(authority)
  if (login?.includes(':') === true) return { ok: false, problem: 'password' }
  if (login !== undefined && /\s/.test(login)) return { ok: false, problem: 'bad-user' }
  const parts = /^(?:\[([^\]]*)\]|([^:[\]]*))(?::([^]*))?$/.exec(place)
  if (parts === null) return { ok: false, problem: 'bad-host' }
  const [, bracketed, plain = '', port] = parts
  const host = bracketed === undefined ? unescaped(plain) : unescapedIpv6(bracketed)
  // OpenSSH takes parameters behind the user and follows none (misc.c, parse_uri).
  const user = login === undefined ? undefined : unescaped(login.split(';', 1)[0] ?? '')
  const socketPath = unescaped(path)
  if (host === null || user === null || socketPath === null) return { ok: false, problem: 'bad-escape' }
  return checked({ user, host, port, path: socketPath })
}

/** A zone stands behind `%25` (RFC 6874), or behind a bare `%` as elsewhere. */
function unescapedIpv6(text: string): string | null {
  const [, address, zone] = ipv6.exec(text) ?? []
  if (address === undefined || zone === undefined) return unescaped(text)
  const name = /^25[^]/.test(zone) ? unescaped(zone.slice(2)) : zone
  return name === null ? null : `${address}%${name}`
}

/** Null for escapes that are no UTF-8. */
function unescaped(text: string): string | null {
  try {
    return text.replace(/(?:%[\da-f]{2})+/gi, (escapes) => decodeURIComponent(escapes))
  } catch {
    return null
  }
}

interface Parts {
  readonly user?: string | undefined
  readonly host: string
  readonly port?: string | undefined
  readonly path?: string
}

function checked({ user, host, port = '', path = '' }: Parts): ParsedSshAddress {
  const problem = problemOf({ user, host, port, path })
  if (problem !== undefined) return { ok: false, problem }
  return {
    ok: true,
    address: {
      host,
      ...(user === undefined ? {} : { user }),
      ...(port === '' ? {} : { port: Number(port) }),
      // As for Docker, slashes alone name no socket.
      ...(/[^/]/.test(path) ? { socketPath: path } : {}),
    },
  }
}

function problemOf({ user, host, port, path }: Required<Parts>): SshAddressProblem | undefined {
  if (host === '') return 'no-host'
  if (!isHostName(host)) return 'bad-host'
  if (user !== undefined && !isUserName(user)) return 'bad-user'
  if (port !== undefined && port !== '' && !isPort(port)) return 'bad-port'
  return hasControlCharacter(path) || /\p{Cs}/u.test(path) ? 'bad-path' : undefined
}

function isPort(text: string): boolean {
  return /^0*\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65535
}
