import { socketPathIn } from '../../core/hosts/socket-address'
import { parseSshAddress } from '../../core/hosts/ssh-address'
import { FailureError, originOf, type FailureKind } from '../../core/base/failure'
import type { LogFacts } from '../../core/logs/log'
import { cleanText, placesIn } from '../../core/logs/log-line'

/** Messages that repeat what a person typed: a password may stand in the wrong field. */
const repeatInput: ReadonlySet<string> = new Set<FailureKind>([
  'invalid-input',
  'unknown-operation',
  'unknown-host',
  'unsupported-address',
  'reference-invalid',
])

/** A failure, also as the contract has it. */
interface SaidFailure {
  readonly kind: string
  readonly message: string
}

/** A host, and what it is called in the log. */
export interface NamedHost {
  readonly hostId: string
  readonly name: string
}

/**
 * What the log says of a failure: its kind, the reason in the first sentence of its message, without names (`cleanText`), and the places in
 * the program that it came from. A bug's own error is told by `errorFacts` instead.
 */
export function failureFacts(failure: SaidFailure, host?: NamedHost): LogFacts {
  const { kind, message } = failure
  const origin = originOf(failure)
  const at = origin instanceof FailureError ? placesIn(origin.stack ?? '', origin.message) : ''
  return {
    kind,
    ...(repeatInput.has(kind) || kind === 'internal' ? {} : { why: reasonIn(message, host) }),
    ...(at === '' ? {} : { at: at.replace(/^failed\(\S+ ?/, '') }),
  }
}

/** What follows the first sentence tells what to do, or is what a command on the host complained of. */
export function reasonIn(message: string, host?: NamedHost): string {
  const [sentence = ''] = message.split(/(?<=[.!?])\s/, 1)
  return cleanText(host === undefined ? sentence : withoutHost(sentence, host))
}

function withoutHost(text: string, { hostId, name }: NamedHost): string {
  const socket = socketPathIn(hostId)
  if (socket !== undefined) return text.replaceAll(socket, name)
  const parsed = hostId.startsWith('ssh://') ? parseSshAddress(hostId) : undefined
  if (parsed?.ok !== true) return text
  const { user = '', host } = parsed.address
  // The longer first: one may be a part of the other.
  const own = [user, host].filter((word) => word !== '').sort((a, b) => b.length - a.length)
  return own.reduce((rest, word) => rest.replace(wordPattern(word), name), text)
}

function wordPattern(word: string): RegExp {
  const plain = word.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
  return new RegExp(`(?<![\\w.-])${plain}(?![\\w-])`, 'gi')
}
