import { connect, isIP, type Socket } from 'node:net'
import { networkInterfaces } from 'node:os'
import { displayName } from '../../../core/base/display-name'
import type { HopSettings } from '../../ssh-config/hop-settings'
import { lookUpName } from './name-lookup'

export interface Address {
  readonly address: string
  readonly family: 4 | 6
}

/** What connecting needs of the system. */
export interface Network {
  /** The addresses of a name in the order in which they are to be tried (getaddrinfo(3)); `family` 0 means both. */
  resolve(host: string, family: 0 | 4 | 6): Promise<readonly Address[]>
  connect(to: Address, port: number, from: string | undefined): Socket
  /** The addresses of this machine's interfaces by their names. */
  interfaces(): ReturnType<typeof networkInterfaces>
}

export const systemNetwork: Network = {
  async resolve(host, family) {
    const found = await lookUpName(host, family)
    return found.map(({ address }) => ({ address, family: isIP(address) === 6 ? 6 : 4 }))
  },
  connect: ({ address }, port, from) =>
    connect({ host: address, port, noDelay: true, ...(from === undefined ? {} : { localAddress: from }) }),
  interfaces: networkInterfaces,
}

/**
 * The address of this machine that a connection to one of the family comes from; undefined where the system chooses it.
 * @throws Error that says why there is none
 */
export async function localAddress(
  { bindAddress, bindInterface }: HopSettings,
  family: 4 | 6,
  network: Network,
): Promise<string | undefined> {
  if (bindAddress !== undefined) return await boundAddress(bindAddress, family, network)
  if (bindInterface !== undefined) return interfaceAddress(bindInterface, family, network)
  return undefined
}

/** ssh takes the first address that BindAddress means in the family of the other side (sshconnect.c, ssh_create_socket). */
async function boundAddress(name: string, family: 4 | 6, network: Network): Promise<string> {
  const found = await network.resolve(name, family).catch(() => [])
  const one = found.find((address) => address.family === family)
  if (one === undefined)
    throw new Error(`BindAddress ${displayName(name)} has no IPv${String(family)} address`)
  return one.address
}

/** ssh takes an address of the interface, one that others can reach if there is one (sshconnect.c, check_ifaddrs). */
function interfaceAddress(name: string, family: 4 | 6, network: Network): string {
  const its = (network.interfaces()[name] ?? []).filter((one) => one.family === `IPv${String(family)}`)
  const one = its.find(({ address }) => !isLocal(address)) ?? its[0]
  if (one === undefined)
    throw new Error(`BindInterface ${displayName(name)} has no IPv${String(family)} address, or is not there`)
  return one.address.startsWith('fe80:') ? `${one.address}%${name}` : one.address
}

function isLocal(address: string): boolean {
  return address === '127.0.0.1' || address === '::1' || address.startsWith('fe80:')
}
