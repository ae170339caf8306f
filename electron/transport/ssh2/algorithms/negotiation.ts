import { displayName } from '../../../core/base/display-name'
import { failed } from '../../../core/base/failure'
import {
  algorithmKinds,
  allowedAlgorithms,
  isChaCha,
  isSupported,
  isUsual,
  keywordOf,
  offeredAlgorithms,
  type AlgorithmKind,
  type Offer,
} from './algorithms'
import type { AlgorithmWishes } from '../../ssh-config/algorithm-choice'
import { isSignal, type ServerAlgorithms } from './kexinit'

const kindNames: Readonly<Record<AlgorithmKind, string>> = {
  kex: 'key exchange',
  serverHostKey: 'host key type',
  cipher: 'cipher',
  hmac: 'MAC',
}

const optionNames: Readonly<Record<AlgorithmKind, string>> = {
  kex: 'KexAlgorithms',
  serverHostKey: 'HostKeyAlgorithms',
  cipher: 'Ciphers',
  hmac: 'MACs',
}

/** A kind of algorithms in which two sides have none in common, with what the server offers there. */
interface Missing {
  readonly kind: AlgorithmKind
  readonly offered: readonly string[]
}

/** Where an offer and a server's own meet in nothing (RFC 4253, 7.1); empty where they can agree. */
function missingIn(offer: Offer, server: ServerAlgorithms): readonly Missing[] {
  const missing: Missing[] = []
  const look = (kind: AlgorithmKind, offered: readonly string[]): string | undefined => {
    const first = offer[kind].find((name) => offered.includes(name))
    if (first === undefined && !missing.some((one) => one.kind === kind)) missing.push({ kind, offered })
    return first
  }
  look('kex', server.kex)
  look('serverHostKey', server.serverHostKey)
  for (const way of [0, 1] as const) {
    const cipher = look('cipher', server.cipher[way])
    if (cipher !== undefined && !authenticates(cipher)) look('hmac', server.hmac[way])
  }
  return missing
}

/** Such ciphers need no MAC (PROTOCOL of OpenSSH, 1.6; RFC 5647). */
function authenticates(cipher: string): boolean {
  return cipher.includes('gcm') || isChaCha(cipher)
}

/**
 * The offer for a server.
 * @throws FailureError that says in what kinds there is nothing in common, and what would help
 */
export function agreedOffer(
  place: string,
  wishes: AlgorithmWishes,
  knownTypes: readonly string[],
  server: ServerAlgorithms | undefined,
): Offer {
  const offer = offeredAlgorithms(wishes, knownTypes, server)
  if (server === undefined) return offer
  const missing = missingIn(offer, server)
  if (missing.length === 0) {
    checkCompression(place, server)
    return offer
  }
  const [said, ...more] = missing.map(
    ({ kind, offered }) => `no ${kindNames[kind]} in common, the server offers ${listed(offered)}`,
  )
  // Without the danger the two could agree.
  const isRisk = missingIn(allowedAlgorithms(wishes), server).length === 0
  const why = isRisk ? ` ${riskSentence}` : ''
  throw failed(
    'host-unreachable',
    `${place} and Lamina have ${[said, ...more].join('; and ')}.${why}`,
    remedyFor(missing, wishes, server),
  )
}

/** Lamina offers none, as a few bytes may become any number. Servers offer that unless they are told otherwise. */
function checkCompression(place: string, { compression }: ServerAlgorithms): void {
  const without = compression.find((one) => !one.includes('none'))
  if (without === undefined) return
  throw failed(
    'host-unreachable',
    `${place} wants all that is sent to be compressed (${listed(without)}), which Lamina does not do.`,
    'Allow connections without compression in the configuration of the server.',
  )
}

/**
 * Looks whether what ssh_config allows leaves anything that Lamina has.
 * @throws FailureError `invalid-input`
 */
export function checkAlgorithms(wishes: AlgorithmWishes): void {
  const allowed = allowedAlgorithms(wishes)
  for (const kind of algorithmKinds) {
    if (allowed[kind].length > 0) continue
    const names = wishes.choices?.[keywordOf[kind]]?.names ?? []
    throw failed(
      'invalid-input',
      `${optionNames[kind]} in the SSH configuration leaves no ${kindNames[kind]} that Lamina has: ${listed(names)}.`,
      `Name one of these there too: ${listed(allowedAlgorithms({ legacy: false })[kind])}.`,
    )
  }
}

const riskSentence =
  'Without strict key exchange, which the server does not have, a man in the middle can drop messages under these (CVE-2023-48795).'

function remedyFor(missing: readonly Missing[], wishes: AlgorithmWishes, server: ServerAlgorithms): string {
  const agrees = (other: AlgorithmWishes) =>
    missingIn(offeredAlgorithms(other, [], server), server).length === 0
  const kinds = missing.map(({ kind }) => optionNames[kind]).join(', ')
  if (wishes.choices !== undefined && agrees({ legacy: wishes.legacy }))
    return `The SSH configuration chooses what is offered to this host (${kinds}): name there one that the server offers.`
  if (!wishes.legacy && agrees({ ...wishes, legacy: true }))
    return 'The server knows only older algorithms that are no longer safe. Update it, or allow legacy algorithms for this host.'
  return missing.map((one) => remedyForOne(one)).join(' ')
}

const newer = /^(mlkem|sntrup|ssh-mldsa|ssh-sphincs|ssh-xmss|.*kyber)/
const ofOtherKinds = /-cert-v0\d@openssh\.com$|^(webauthn-)?sk-/
const allow = 'in the sshd_config of the host'

function remedyForOne({ kind, offered }: Missing): string {
  const names = offered.filter((name) => !isSignal(name))
  const [first] = allowedAlgorithms({ legacy: false })[kind]
  const instead = `Allow ${String(first)} beside them (${optionNames[kind]} ${allow}).`
  if (names.length === 0) return `The server offers no ${kindNames[kind]} at all.`
  if (names.every((name) => newer.test(name)))
    return `These are newer than what Lamina knows: it has no post-quantum algorithms yet. ${instead}`
  if (names.every((name) => ofOtherKinds.test(name)))
    return `Lamina knows no certificates and no keys of security devices of hosts. ${kind === 'serverHostKey' ? `Give the host a plain key too (HostKey and HostKeyAlgorithms ${allow}).` : instead}`
  const old = names.find((name) => isSupported(kind, name) && !isUsual(kind, name))
  if (old !== undefined)
    return `These are too old to be offered unasked. Update the server, or name one for this host in the SSH configuration: ${optionNames[kind]} +${displayName(old)}.`
  return `Lamina has none of these. ${instead}`
}

const mostNamed = 8
const longestName = 64

/** Names of algorithms for people; they may be a server's, which writes what it likes. */
function listed(names: readonly string[]): string {
  const real = names.filter((name) => !isSignal(name))
  if (real.length === 0) return 'none'
  const shown = real.slice(0, mostNamed).map((name) => displayName(name.slice(0, longestName)))
  const left = real.length - shown.length
  return left > 0 ? `${shown.join(', ')} and ${String(left)} more` : shown.join(', ')
}
