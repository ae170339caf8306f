import { isIP, SocketAddress } from 'node:net'

const number = /^(0x[\da-f]*|\d+)(\.(0x[\da-f]*|\d+)){0,3}$/i

/**
 * An address in the spelling by which OpenSSH knows its host (ssh.c, resolve_canonicalize): `0:0::1` is `::1`, and `127.1` is `127.0.0.1`
 * (inet_aton(3)). Undefined for what is no address of the family, of which 0 means both; one with a zone stays as it is.
 */
export function canonicalAddress(text: string, family: 0 | 4 | 6): string | undefined {
  if (isIP(text) === 6 && family !== 4)
    return text.includes('%') ? text : new SocketAddress({ address: text, family: 'ipv6' }).address
  if (!number.test(text) || family === 6) return undefined
  try {
    return new URL(`http://${text}`).hostname
  } catch {
    // A number that is too large makes it a name.
    return undefined
  }
}
