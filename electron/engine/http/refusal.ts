import { failed, type FailureError } from '../../core/base/failure'
import { shownPath } from '../waiting-requests'

/** A request as it is named to a person. */
export interface AskedFor {
  readonly method: string
  /** With its API version prefix. */
  readonly path: string
}

/**
 * Statuses that say no to a request as such. An engine gives 404 with a message of its own; without one it comes from a program in
 * between (nginx, HAProxy), and says nothing about what the engine has.
 */
const forbidding = new Set([401, 403, 405, 407])

/** An answer whose status is none of success. */
export interface Refused {
  readonly status: number
  readonly body: Buffer
  /** Who answered calls itself an engine. */
  readonly isEngines: boolean
  /** Only the engine itself can tell that nothing was done. */
  readonly mustBeEngines?: boolean | undefined
}

/** Statuses by which a program in between says that it has no answer of the engine behind it (RFC 9110, 15.6; Cloudflare and nginx have further ones). */
const gateways = new Set([502, 503, 504, 520, 521, 522, 523, 524])

/** What an answer's status means where it is none of success. */
export function refusal(asked: AskedFor, { status, body, isEngines, mustBeEngines }: Refused): FailureError {
  const message = engineMessage(body)
  if (gateways.has(status) && !isEngines) return withoutEngine(asked, status, message ?? textIn(body))
  if (forbidding.has(status) || (status === 404 && message === undefined))
    return forbidden(asked, status, message ?? textIn(body))
  if (message === undefined) return unexplained(asked, status, textIn(body))
  if (mustBeEngines === true && !isEngines) return unsigned(asked, status, message)
  switch (status) {
    case 404:
      return failed('not-found', message)
    case 409:
      return failed('conflict', message)
    default:
      return failed('engine-failed', message, "These are the engine's own words; its log may say more.")
  }
}

/** A request without the version of the API, as rules of proxies name it: `GET /containers/json`. */
function nameOfRequest({ method, path }: AskedFor): string {
  return `${method} ${shownPath(path.replace(/\?.*/s, ''))}`
}

function forbidden(asked: AskedFor, status: number, reason: string): FailureError {
  const name = nameOfRequest(asked)
  return failed(
    'permission-denied',
    `${name} was refused with status ${String(status)}${reason === '' ? ' and no reason.' : `: ${reason}`}`,
    `Where a proxy or an authorization plugin stands before the engine, it may forbid this: allow ${name} there, or connect to the engine's own socket.`,
  )
}

/** A program in between does not know what the engine did with the request, if it got it. */
function withoutEngine(asked: AskedFor, status: number, reason: string): FailureError {
  return failed(
    'engine-unreachable',
    `A program before the engine has no answer of it: ${answeredWith(asked, status, reason)}`,
    'Look whether the engine is running, and at the log of the proxy before it.',
  )
}

/** An engine gives its reason (Engine API, ErrorResponse); whether it had the request is not known. */
function unexplained(asked: AskedFor, status: number, reason: string): FailureError {
  return failed(
    'engine-answer-invalid',
    `${answeredWith(asked, status, reason)} An engine says why in another way.`,
    'Look at what stands before the engine, such as a proxy, and at its log.',
  )
}

function unsigned(asked: AskedFor, status: number, reason: string): FailureError {
  return failed(
    'engine-answer-invalid',
    `${answeredWith(asked, status, reason)} It does not say that it comes from the engine.`,
    'Look at what stands before the engine, such as a proxy, and at its log.',
  )
}

function answeredWith(asked: AskedFor, status: number, reason: string): string {
  const answer = `${nameOfRequest(asked)} was answered with status ${String(status)}`
  return reason === ''
    ? `${answer} and no reason.`
    : `${answer}: ${reason}${/[.!?]$/.test(reason) ? '' : '.'}`
}

/** Engine API, every error: `{"message": "…"}`. */
function engineMessage(body: Buffer): string | undefined {
  try {
    const answer: unknown = JSON.parse(body.toString('utf8'))
    if (typeof answer !== 'object' || answer === null) return undefined
    return 'message' in answer && typeof answer.message === 'string'
      ? answer.message.slice(0, 2000)
      : undefined
  } catch {
    return undefined
  }
}

const longestReason = 300

/** The words of a page or a text, in one line. */
function textIn(body: Buffer): string {
  const words = body
    .subarray(0, 16 * 1024)
    .toString('utf8')
    .replace(/<(style|script|title)\b.*?<\/\1>/gis, ' ')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
  return words.slice(0, longestReason)
}
