import type { Algorithms } from 'ssh2'

/**
 * What is offered to a server, safest first. Not offered: ssh-rsa with SHA-1, HMAC-SHA1, CBC, and ChaCha20-Poly1305,
 * which without strict key exchange on the other side lets a man in the middle drop messages (CVE-2023-48795); AES-GCM is
 * on every OpenSSH since 6.2.
 */
const ciphers = [
  'aes128-gcm@openssh.com',
  'aes256-gcm@openssh.com',
  'aes128-ctr',
  'aes192-ctr',
  'aes256-ctr',
] as const
const macs = [
  'hmac-sha2-256-etm@openssh.com',
  'hmac-sha2-512-etm@openssh.com',
  'hmac-sha2-256',
  'hmac-sha2-512',
] as const
const hostKeys = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'rsa-sha2-512',
  'rsa-sha2-256',
] as const
const keyExchanges = [
  'curve25519-sha256',
  'curve25519-sha256@libssh.org',
  'ecdh-sha2-nistp256',
  'ecdh-sha2-nistp384',
  'ecdh-sha2-nistp521',
  'diffie-hellman-group-exchange-sha256',
  'diffie-hellman-group14-sha256',
  'diffie-hellman-group15-sha512',
  'diffie-hellman-group16-sha512',
  'diffie-hellman-group17-sha512',
  'diffie-hellman-group18-sha512',
] as const

/**
 * The algorithms to offer. Types by which known_hosts knows the host come first, so that a host known by one type is
 * not mistaken for a stranger because it shows another.
 * @param legacy also what is no longer safe, for servers that know nothing better
 */
export function offeredAlgorithms(knownTypes: readonly string[], legacy: boolean): Algorithms {
  const types: string[] = legacy ? [...hostKeys, 'ssh-rsa'] : [...hostKeys]
  const isKnown = (algorithm: string) => knownTypes.includes(keyTypeOf(algorithm))
  const serverHostKey = [...types.filter(isKnown), ...types.filter((type) => !isKnown(type))]
  return {
    kex: legacy ? [...keyExchanges, 'diffie-hellman-group14-sha1'] : [...keyExchanges],
    serverHostKey: serverHostKey as NonNullable<Algorithms['serverHostKey']> & string[],
    cipher: legacy ? [...ciphers, 'aes256-cbc', 'aes128-cbc'] : [...ciphers],
    hmac: legacy ? [...macs, 'hmac-sha1'] : [...macs],
  }
}

/** RFC 8332: three signature algorithms use keys of the one type `ssh-rsa`. */
function keyTypeOf(algorithm: string): string {
  return algorithm.startsWith('rsa-sha2-') ? 'ssh-rsa' : algorithm
}
