import { socketPathIn } from '../../../../electron/core/socket-address'
import {
  formatSshAddress,
  parseSshAddress,
  type SshAddressProblem,
} from '../../../../electron/core/ssh-address'

/** What the fields of a new host say together. */
export type AddressHint =
  | { readonly kind: 'empty' }
  | { readonly kind: 'problem'; readonly problem: SshAddressProblem | 'socket-not-absolute' }
  /** `host` is the address in its one spelling, which is the host's id; `here` is another engine of this machine. */
  | { readonly kind: 'fine'; readonly host: string; readonly here?: true }

/** Judges an address while it is typed; a socket that is named for itself takes the place of the address' own. */
export function addressHint(typed: string, socket: string): AddressHint {
  const text = typed.trim()
  if (text === '') return { kind: 'empty' }
  if (socketPathIn(text) !== undefined) return { kind: 'fine', host: text, here: true }
  const parsed = parseSshAddress(text)
  if (!parsed.ok) return { kind: 'problem', problem: parsed.problem }
  const path = socket.trim()
  if (path === '') return { kind: 'fine', host: formatSshAddress(parsed.address) }
  if (!path.startsWith('/')) return { kind: 'problem', problem: 'socket-not-absolute' }
  return { kind: 'fine', host: formatSshAddress({ ...parsed.address, socketPath: path }) }
}
