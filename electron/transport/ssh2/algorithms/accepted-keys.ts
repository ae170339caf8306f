import type { ParsedKey } from 'ssh2'
import type { KeyProblem } from '../../../core/hosts/key-problem'
import { isAmong } from '../../ssh-config/algorithm-choice'
import { usualRsaSize, type HopSettings } from '../../ssh-config/hop-settings'
import { rsaBits } from '../../known-hosts/public-key'
import { rsaSignatures } from './rsa-signatures'

/** Why ssh does not use a key that can be read; undefined where it does. */
export function problemOf(key: ParsedKey, hop: HopSettings): KeyProblem | undefined {
  if (tooShort(key.getPublicSSH(), hop) !== undefined) return 'short-rsa'
  if (algorithmsOf(key.type).some((name) => isAccepted(name, hop))) return undefined
  return key.type === 'ssh-dss' ? 'dsa' : 'not-accepted'
}

/** Whether RSA keys may sign with SHA-1, which OpenSSH does only where it is told to. */
export function signsWithSha1(hop: HopSettings): boolean {
  return hop.legacyAlgorithms || isAmong('ssh-rsa', named(hop))
}

/** How RSA keys may sign, in the order of ssh_config. */
export function acceptedRsaSignatures(hop: HopSettings): readonly string[] {
  const choice = hop.algorithmChoices?.pubkeyacceptedalgorithms
  const place = (name: string) => choice?.names.findIndex((pattern) => isAmong(name, [pattern])) ?? 0
  const accepted = rsaSignatures.filter((name) => isAccepted(name, hop))
  return choice?.how === 'only' ? accepted.toSorted((a, b) => place(a) - place(b)) : accepted
}

/** Why a key is too short, as half a sentence; undefined where it is not. */
export function tooShort(blob: Buffer, { requiredRsaSize = usualRsaSize }: HopSettings): string | undefined {
  const bits = rsaBits(blob)
  if (bits === undefined || bits >= requiredRsaSize) return undefined
  return `its RSA key has ${String(bits)} bits, and RequiredRSASize is ${String(requiredRsaSize)}`
}

function algorithmsOf(type: string): readonly string[] {
  return type === 'ssh-rsa' ? rsaSignatures : [type]
}

const unsafe: ReadonlySet<string> = new Set(['ssh-dss', 'ssh-rsa'])

function isAccepted(name: string, hop: HopSettings): boolean {
  if (unsafe.has(name)) return hop.legacyAlgorithms || isAmong(name, named(hop))
  const choice = hop.algorithmChoices?.pubkeyacceptedalgorithms
  if (choice?.how === 'only') return isAmong(name, choice.names)
  return choice?.how !== 'without' || !isAmong(name, choice.names)
}

function named({ algorithmChoices }: HopSettings): readonly string[] {
  return algorithmChoices?.pubkeyacceptedalgorithms?.named ?? []
}
