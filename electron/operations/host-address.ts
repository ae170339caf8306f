import { failed } from '../core/failure'
import { socketPathIn } from '../core/socket-address'
import {
  formatSshAddress,
  parseSshAddress,
  type SshAddress,
  type SshAddressProblem,
} from '../core/ssh-address'

const usualForm =
  'Write it as ssh://user@host:port/path/to/docker.sock, where all but the host may be left out, or as unix:///path/to/docker.sock for an engine of this machine.'

const problems: { readonly [Problem in SshAddressProblem]: readonly [message: string, remedy: string] } = {
  'not-ssh': ['is not the address of a host over SSH', usualForm],
  'no-host': ['names no host', usualForm],
  'bad-host': [
    'names a host with characters that no host name has',
    'Use letters, digits, dots and dashes, or the name of a Host in ssh_config.',
  ],
  'bad-user': ['names a user with characters that OpenSSH does not take', usualForm],
  'bad-port': ['has a port that is not a number from 1 to 65535', usualForm],
  password: [
    'holds a password, which would be kept in plain text',
    'Leave the password out; it is asked for when the host is connected.',
  ],
  'bad-path': ['has a socket path with control characters', usualForm],
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
  const address = addressOf(text)
  return { hostId: formatSshAddress(address), name: address.host }
}

/**
 * Reads an address that a person gave.
 * @throws FailureError `unsupported-address` for another way than SSH, `invalid-input` for anything else; the message
 * repeats no password
 */
export function addressOf(text: string): SshAddress {
  const parsed = parseSshAddress(text)
  if (parsed.ok) return parsed.address
  const [message, remedy] = problems[parsed.problem]
  const shown = text.replace(/^((?:[^:/]*:\/\/)?[^:@/]*):.*@/s, '$1:…@')
  const kind = parsed.problem === 'not-ssh' && text.includes('://') ? 'unsupported-address' : 'invalid-input'
  throw failed(kind, `"${shown}" ${message}.`, remedy)
}
