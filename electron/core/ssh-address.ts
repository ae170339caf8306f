/** An address as people write it: `ssh://[user@]host[:port][/path/of/the/engine.sock]`. Absent parts are ssh_config's to say. */
export interface SshAddress {
  readonly user?: string
  /** A host name, an IP address (IPv6 without brackets) or a `Host` of ssh_config. */
  readonly host: string
  readonly port?: number
  /** Absolute path of the engine's socket on the host. */
  readonly socketPath?: string
}

export type SshAddressProblem =
  'not-ssh' | 'no-host' | 'bad-host' | 'bad-user' | 'bad-port' | 'password' | 'bad-path'

export type ParsedSshAddress =
  | { readonly ok: true; readonly address: SshAddress }
  | { readonly ok: false; readonly problem: SshAddressProblem }

const shape = /^ssh:\/\/(?:([^@/]*)@)?(\[[^\]/]*\]|[^:/@[\]]*)(?::([^/]*))?(\/[^]*)?$/
// What OpenSSH itself takes, and nothing that a shell or `%` expansion could read as more (ssh.c, valid_hostname and valid_ruser).
const hostShape = /^[A-Za-z0-9_:.%][A-Za-z0-9_:.%-]*$/
const userShape = /^[^-\s'`"();&<>|{}\\$@:/][^\s'`"();&<>|{}$@:/]*$/

/** Reads an address; also `user@host` and `host` without a scheme, as people type them. */
export function parseSshAddress(text: string): ParsedSshAddress {
  const full = text.includes('://') ? text : `ssh://${text}`
  const match = shape.exec(full)
  if (match === null) return { ok: false, problem: 'not-ssh' }
  const [, user, bracketed = '', port, path] = match
  const host = bracketed.startsWith('[') ? bracketed.slice(1, -1) : bracketed
  if (host === '') return { ok: false, problem: 'no-host' }
  if (!hostShape.test(host)) return { ok: false, problem: 'bad-host' }
  if (user?.includes(':') === true) return { ok: false, problem: 'password' }
  if (user !== undefined && !userShape.test(user)) return { ok: false, problem: 'bad-user' }
  if (port !== undefined && !isPort(port)) return { ok: false, problem: 'bad-port' }
  const socketPath = path === undefined || path === '/' ? undefined : path
  if (socketPath !== undefined && hasControlCharacter(socketPath)) return { ok: false, problem: 'bad-path' }
  return {
    ok: true,
    address: {
      host,
      ...(user === undefined ? {} : { user }),
      ...(port === undefined ? {} : { port: Number(port) }),
      ...(socketPath === undefined ? {} : { socketPath }),
    },
  }
}

/** The address in its one spelling; two addresses are the same host exactly when these are equal. It serves as host id. */
export function formatSshAddress({ user, host, port, socketPath }: SshAddress): string {
  const name = host.includes(':') ? `[${host}]` : host
  return `ssh://${user === undefined ? '' : `${user}@`}${name}${port === undefined ? '' : `:${String(port)}`}${socketPath ?? ''}`
}

function isPort(text: string): boolean {
  return /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65535
}

function hasControlCharacter(text: string): boolean {
  // eslint-disable-next-line no-control-regex -- ASCII's control characters are what is looked for
  return /[\u0000-\u001f\u007f]/.test(text)
}
