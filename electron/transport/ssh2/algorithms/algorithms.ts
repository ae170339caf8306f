import constants from 'ssh2/lib/protocol/constants.js'
import {
  isAmong,
  type AlgorithmChoice,
  type AlgorithmKeyword,
  type AlgorithmWishes,
} from '../../ssh-config/algorithm-choice'
import { isStrict, type ServerAlgorithms } from './kexinit'

/** What two sides have to agree about, in the words of ssh2. */
export const algorithmKinds = ['kex', 'serverHostKey', 'cipher', 'hmac'] as const
export type AlgorithmKind = (typeof algorithmKinds)[number]

/** Algorithms to offer, those that are preferred first. */
export type Offer = Readonly<Record<AlgorithmKind, readonly string[]>>

/**
 * What is offered to a server, safest first. Not among it: ssh-rsa and key exchanges with SHA-1, HMAC-SHA1, and CBC.
 * ChaCha20-Poly1305 is the last of the ciphers, for AES is done by the processor.
 */
const usual: Offer = {
  kex: [
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
  ],
  serverHostKey: [
    'ssh-ed25519',
    'ecdsa-sha2-nistp256',
    'ecdsa-sha2-nistp384',
    'ecdsa-sha2-nistp521',
    'rsa-sha2-512',
    'rsa-sha2-256',
  ],
  cipher: [
    'aes128-gcm@openssh.com',
    'aes256-gcm@openssh.com',
    'aes128-ctr',
    'aes192-ctr',
    'aes256-ctr',
    'chacha20-poly1305@openssh.com',
  ],
  hmac: ['hmac-sha2-256-etm@openssh.com', 'hmac-sha2-512-etm@openssh.com', 'hmac-sha2-256', 'hmac-sha2-512'],
}

/** What a host gets besides whose switch for legacy algorithms is on. */
const legacyOnes: Offer = {
  kex: ['diffie-hellman-group-exchange-sha1', 'diffie-hellman-group14-sha1'],
  serverHostKey: ['ssh-rsa'],
  cipher: ['aes256-cbc', 'aes192-cbc', 'aes128-cbc'],
  hmac: ['hmac-sha1-etm@openssh.com', 'hmac-sha1'],
}

const supported: Readonly<Record<AlgorithmKind, ReadonlySet<string>>> = {
  kex: new Set(constants.SUPPORTED_KEX),
  serverHostKey: new Set(constants.SUPPORTED_SERVER_HOST_KEY),
  cipher: new Set(constants.SUPPORTED_CIPHER),
  hmac: new Set(constants.SUPPORTED_MAC),
}

/** The keyword of ssh_config(5) that chooses among each kind. */
export const keywordOf = {
  kex: 'kexalgorithms',
  serverHostKey: 'hostkeyalgorithms',
  cipher: 'ciphers',
  hmac: 'macs',
} as const satisfies Record<AlgorithmKind, AlgorithmKeyword>

/** Whether Lamina could use an algorithm at all. */
export function isSupported(kind: AlgorithmKind, name: string): boolean {
  return supported[kind].has(name)
}

/** Whether an algorithm is offered without anybody having chosen it. */
export function isUsual(kind: AlgorithmKind, name: string): boolean {
  return usual[kind].includes(name)
}

/** All that may be offered to a host, in the order of ssh_config where that says one; a list may be empty. */
export function allowedAlgorithms({ choices = {}, legacy }: AlgorithmWishes): Offer {
  const list = (kind: AlgorithmKind) => {
    const chosen = applied(choices[keywordOf[kind]], kind).filter((name) => supported[kind].has(name))
    return legacy
      ? unique([...chosen, ...legacyOnes[kind]].filter((name) => supported[kind].has(name)))
      : chosen
  }
  return {
    kex: list('kex'),
    serverHostKey: list('serverHostKey'),
    cipher: list('cipher'),
    hmac: list('hmac'),
  }
}

/** What is unsafe counts where somebody named it, not where it merely stands among OpenSSH's defaults. */
function applied(choice: AlgorithmChoice | undefined, kind: AlgorithmKind): readonly string[] {
  const own = usual[kind]
  if (choice === undefined) return own
  const { how, names, named } = choice
  const meant = () =>
    names.flatMap((pattern) => [...supported[kind]].filter((name) => isAmong(name, [pattern])))
  switch (how) {
    case 'only':
      return unique(meant()).filter((name) => own.includes(name) || isAmong(name, named))
    case 'also':
      return unique([...own, ...meant()])
    case 'first':
      return unique([...meant(), ...own])
    case 'without':
      return own.filter((name) => !isAmong(name, names))
  }
}

function unique(names: readonly string[]): readonly string[] {
  return [...new Set(names)]
}

/**
 * The algorithms to offer to a server. Types by which known_hosts knows the host come first, so that a host known by one
 * type is not mistaken for a stranger because it shows another. Without strict key exchange on the other side a man in the
 * middle can drop messages under ChaCha20-Poly1305, and under CBC with encrypt-then-MAC (CVE-2023-48795): these are left
 * out then, and the last resort where somebody chose them.
 * @param server undefined where it is not known what the server offers
 */
export function offeredAlgorithms(
  wishes: AlgorithmWishes,
  knownTypes: readonly string[],
  server: ServerAlgorithms | undefined,
): Offer {
  const allowed = allowedAlgorithms(wishes)
  const isKnown = (algorithm: string) => knownTypes.includes(keyTypeOf(algorithm))
  const serverHostKey = sorted(allowed.serverHostKey, isKnown)
  if (server !== undefined && isStrict(server)) return { ...allowed, serverHostKey }
  const cipher = withLastResort(allowed.cipher, isChaCha, chosen(wishes, 'ciphers'))
  const cbc = cipher.some((name, at) => isCbc(name) && mayBeUsed(cipher.slice(0, at + 1), server))
  const hmac = cbc ? withLastResort(allowed.hmac, isEtm, chosen(wishes, 'macs')) : allowed.hmac
  return { kex: allowed.kex, serverHostKey, cipher, hmac }
}

/** Whether the last of these ciphers may be what both sides agree upon, in one of the two directions. */
function mayBeUsed(ciphers: readonly string[], server: ServerAlgorithms | undefined): boolean {
  if (server === undefined) return true
  return server.cipher.some((theirs) => ciphers.find((name) => theirs.includes(name)) === ciphers.at(-1))
}

function chosen({ choices, legacy }: AlgorithmWishes, keyword: AlgorithmKeyword): (name: string) => boolean {
  return (name) => legacy || isAmong(name, choices?.[keyword]?.named ?? [])
}

function withLastResort(
  names: readonly string[],
  isRisky: (name: string) => boolean,
  isChosen: (name: string) => boolean,
): readonly string[] {
  return [
    ...names.filter((name) => !isRisky(name)),
    ...names.filter((name) => isRisky(name) && isChosen(name)),
  ]
}

function sorted(names: readonly string[], isFirst: (name: string) => boolean): readonly string[] {
  return [...names.filter(isFirst), ...names.filter((name) => !isFirst(name))]
}

export function isChaCha(cipher: string): boolean {
  return cipher.startsWith('chacha20-poly1305')
}

function isCbc(cipher: string): boolean {
  return cipher.endsWith('-cbc')
}

function isEtm(mac: string): boolean {
  return mac.endsWith('-etm@openssh.com')
}

/** RFC 8332: three signature algorithms use keys of the one type `ssh-rsa`. */
function keyTypeOf(algorithm: string): string {
  return algorithm.startsWith('rsa-sha2-') ? 'ssh-rsa' : algorithm
}
