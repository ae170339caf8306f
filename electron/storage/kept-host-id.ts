import { socketPathIn } from '../core/hosts/socket-address'
import { formatSshAddress, parseSshAddress, type SshAddress } from '../core/hosts/ssh-address'

/** A host id that was written down, in the spelling of today; nothing for what no version has written. */
export function keptHostId(text: string): string | undefined {
  if (socketPathIn(text) !== undefined) return text
  const today = spelled(text)
  if (today === text) return text
  // Ids were once written without escapes, so that a percent sign was no more than that.
  const literal = parseSshAddress(text.replaceAll('%', '%25'))
  if (!literal.ok || withoutEscapes(literal.address) !== text) return undefined
  return today ?? formatSshAddress(literal.address)
}

function spelled(text: string): string | undefined {
  const parsed = parseSshAddress(text)
  return parsed.ok ? formatSshAddress(parsed.address) : undefined
}

function withoutEscapes({ user, host, port, socketPath = '' }: SshAddress): string {
  const login = user === undefined ? '' : `${user}@`
  const place = host.includes(':') ? `[${host}]` : host
  return `ssh://${login}${place}${port === undefined ? '' : `:${String(port)}`}${socketPath}`
}
