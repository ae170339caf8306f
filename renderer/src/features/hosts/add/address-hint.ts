import { socketPathIn } from '../../../../../electron/core/hosts/socket-address'
import {
  addressMeant,
  formatSshAddress,
  parseSshAddress,
  type SshAddress,
  type SshAddressProblem,
} from '../../../../../electron/core/hosts/ssh-address'
import type { HostSuggestion } from '../../../stores/hosts/host-suggestions'

/** What the fields of a new host say together. */
export type AddressHint =
  | { readonly kind: 'empty' }
  | { readonly kind: 'problem'; readonly problem: SshAddressProblem | 'socket-not-absolute' }
  /**
   * `host` is the address in its one spelling, which is the host's id; `here` is another engine of this machine. `name` is what the host
   * is called where the address has it with escapes.
   */
  | { readonly kind: 'fine'; readonly host: string; readonly here?: true; readonly name?: string }

/**
 * Judges an address while it is typed; a socket that is named for itself takes the place of the address' own.
 * @param aliases names of hosts in ssh_config, which go before another reading of the same text
 */
export function addressHint(
  typed: string,
  socket: string,
  aliases: ReadonlySet<string> = new Set(),
): AddressHint {
  const text = typed.trim()
  if (text === '') return { kind: 'empty' }
  if (socketPathIn(text) !== undefined) return { kind: 'fine', host: text, here: true }
  const parsed = addressMeant(text, aliases)
  if (!parsed.ok) return { kind: 'problem', problem: parsed.problem }
  const path = socket.trim()
  if (path === '') return hintOf(parsed.address)
  if (!path.startsWith('/')) return { kind: 'problem', problem: 'socket-not-absolute' }
  return hintOf({ ...parsed.address, socketPath: path })
}

function hintOf(address: SshAddress): AddressHint {
  const host = formatSshAddress(address)
  const read = parseSshAddress(host)
  if (!read.ok) return { kind: 'problem', problem: read.problem }
  return { kind: 'fine', host, ...(host.includes(address.host) ? {} : { name: address.host }) }
}

/** The names of hosts in ssh_config that suggestions are about. */
export function aliasesIn(suggestions: readonly HostSuggestion[]): ReadonlySet<string> {
  return new Set(
    suggestions
      .filter(({ source }) => source === 'ssh-config')
      .map(({ hostId }) => parseSshAddress(hostId))
      .flatMap((parsed) => (parsed.ok ? [parsed.address.host] : [])),
  )
}
