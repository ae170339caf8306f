import { displayName } from '../../core/base/display-name'
import { failed } from '../../core/base/failure'
import { socketPathIn } from '../../core/hosts/socket-address'
import {
  addressMeant,
  formatSshAddress,
  type ParsedSshAddress,
  parseSshAddress,
  type SshAddress,
  type SshAddressProblem,
} from '../../core/hosts/ssh-address'

const usualForm =
  'Write it as ssh://user@host:port/path/to/docker.sock, where all but the host may be left out, or as unix:///path/to/docker.sock for an engine of this machine.'

const problems: { readonly [Problem in SshAddressProblem]: readonly [message: string, remedy: string] } = {
  'not-ssh': ['is not the address of a host over SSH', usualForm],
  'no-host': ['names no host', usualForm],
  'bad-host': [
    'names a host as OpenSSH takes none: with a space, a comma, a quote or another character of the shell, or with a dash at its beginning',
    'Use a name of the DNS, an IP address or the name of a Host in ssh_config; in an address with ssh:// a slash in a name is written %2F, a colon %3A.',
  ],
  'bad-user': [
    'names a user as OpenSSH takes none: with a quote, a bracket or another character of the shell, with a dash at its beginning or a backslash at its end, or without any character',
    'Write the user as on the host; in an address with ssh:// a space is written %20, a slash %2F.',
  ],
  'bad-port': ['has a port that is not a number from 1 to 65535', usualForm],
  password: [
    'holds a password, which would be kept in plain text',
    'Leave the password out; it is asked for when the host is connected. A colon in the name of a user is written %3A in an address with ssh://.',
  ],
  'bad-path': ['has a socket path with control characters', usualForm],
  'bad-escape': [
    'has escapes with a percent sign that are no text in UTF-8',
    'Write the characters themselves, and %25 for a percent sign.',
  ],
}

/** What is the matter with an address, in words that go on after it. */
export function wordsOf(problem: SshAddressProblem): string {
  return problems[problem][0]
}

/** An address as it may be shown, without what could be a password in it. */
export function shownAddress(text: string): string {
  return displayName(text.replace(/^((?:[^:/]*:\/\/)?[^:@/]*):.*@/s, '$1:…@'))
}

/** A host by its address, whichever way leads to it. */
export interface AddressedHost {
  readonly hostId: string
  /** What it is called where nobody gave it a name. */
  readonly name: string
}

/**
 * The host at an address that a person gave: over SSH, or an engine of this machine by its socket.
 * @throws FailureError as `addressOf`
 */
export function hostAt(text: string): AddressedHost {
  const socketPath = socketPathIn(text)
  if (socketPath !== undefined) return { hostId: text, name: socketPath }
  return named(addressOf(text))
}

function named(address: SshAddress): AddressedHost {
  return { hostId: formatSshAddress(address), name: address.host }
}

/**
 * As `hostAt`, but where one of the hosts of ssh_config is called so, that one is meant, as by ssh: `web:22` may be a name.
 * @param aliases is asked only where there is something to decide
 * @throws FailureError as `addressOf`
 */
export async function hostMeant(
  text: string,
  aliases: () => Promise<ReadonlySet<string>>,
): Promise<AddressedHost> {
  const isPlain = /^[^:[\]]*$|^(ssh|unix):\/\//i.test(text)
  return isPlain ? hostAt(text) : named(addressIn(addressMeant(text, await aliases()), text))
}

/**
 * Reads an address that a person gave.
 * @throws FailureError `unsupported-address` for another way than SSH, `invalid-input` for anything else; the message
 * repeats no password
 */
export function addressOf(text: string): SshAddress {
  return addressIn(parseSshAddress(text), text)
}

function addressIn(parsed: ParsedSshAddress, text: string): SshAddress {
  if (parsed.ok) return parsed.address
  const [message, remedy] = problems[parsed.problem]
  const kind = parsed.problem === 'not-ssh' && text.includes('://') ? 'unsupported-address' : 'invalid-input'
  throw failed(kind, `"${shownAddress(text)}" ${message}.`, remedy)
}
