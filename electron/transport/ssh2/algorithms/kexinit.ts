/** The algorithms that a server offers, as its SSH_MSG_KEXINIT lists them (RFC 4253, 7.1). */
export interface ServerAlgorithms {
  readonly kex: readonly string[]
  readonly serverHostKey: readonly string[]
  /** From client to server and from server to client. */
  readonly cipher: readonly [readonly string[], readonly string[]]
  readonly hmac: readonly [readonly string[], readonly string[]]
  readonly compression: readonly [readonly string[], readonly string[]]
}

export const kexinitMessage = 20

/** Where the lists begin: behind the message's number and sixteen random bytes. */
const listsFrom = 17
const lists = 10

/** Reads the payload of an SSH_MSG_KEXINIT; undefined where it is broken. */
export function parseKexinit(payload: Buffer): ServerAlgorithms | undefined {
  const found: string[][] = []
  let at = listsFrom
  while (found.length < lists) {
    if (payload.length < at + 4) return undefined
    const end = at + 4 + payload.readUInt32BE(at)
    if (payload.length < end) return undefined
    const text = payload.toString('latin1', at + 4, end)
    found.push(text === '' ? [] : text.split(','))
    at = end
  }
  const [kex, serverHostKey, cipherOut, cipherIn, macOut, macIn, packedOut, packedIn] = found
  if (kex === undefined || serverHostKey === undefined || packedIn === undefined) return undefined
  return {
    kex,
    serverHostKey,
    cipher: [cipherOut ?? [], cipherIn ?? []],
    hmac: [macOut ?? [], macIn ?? []],
    compression: [packedOut ?? [], packedIn],
  }
}

/** Whether the server knows strict key exchange, the answer to CVE-2023-48795 (PROTOCOL of OpenSSH, 1.10). */
export function isStrict({ kex }: ServerAlgorithms): boolean {
  return kex.includes('kex-strict-s-v00@openssh.com')
}

/** Names in the list of key exchanges that are none (RFC 8308, 2.1; PROTOCOL of OpenSSH, 1.10; dropbear). */
export function isSignal(name: string): boolean {
  return /^(ext-info-|kex-strict-|kexguess2@)/.test(name)
}
