import { whyBroken } from '../../../core/base/broken-stream'
import { displayName } from '../../../core/base/display-name'
import { failed, isFailure, type FailureError } from '../../../core/base/failure'
import type { Hello } from './server-hello'

const longestQuote = 200

/** How a connection ended, as far as somebody knows. */
interface Ending {
  readonly error?: Error | undefined
  /** What became of what carried it, as half a sentence. */
  readonly account?: string | undefined
}

/** Why a server could not be talked to, from what it said before any key exchange. */
export function refusedHello(place: string, hello: Hello, { error, account }: Ending): FailureError {
  if (isFailure(error)) return error
  const ending = account ?? (error === undefined ? undefined : whyBroken(error))
  const fail = (message: string, remedy: string) => failed('host-unreachable', message, remedy)
  switch (hello.state) {
    case 'silent':
      if (hello.said.length > 0) return endedBySaying(place, hello.said, ending)
      return fail(
        `${place} closed the connection before it greeted${ending === undefined ? '' : `: ${ending}`}.`,
        'Too many logins may be under way there (MaxStartups), or it shuts this address out: always (hosts.deny, a firewall), or for a while after failed logins (PerSourcePenalties, fail2ban). The log of its sshd says which.',
      )
    case 'not-ssh':
      return endedBySaying(place, hello.said, undefined)
    case 'old-version':
      return fail(
        `${place} speaks only version 1 of the SSH protocol (${quoted(hello.version)}), which is not safe.`,
        'Update the server, or enable version 2 in its configuration.',
      )
    case 'greeted':
      return fail(
        `${place} (${quoted(hello.version)}) ended the connection before the key exchange: ${ending ?? 'the other side closed it'}.`,
        'The log of its sshd says why.',
      )
    case 'disconnected':
      return fail(
        `${place} (${quoted(hello.version)}) ended the connection before the key exchange: it said "${quoted(hello.why)}".`,
        'The log of its sshd says more.',
      )
    case 'broken':
      return fail(
        `${place} (${quoted(hello.version)}) does not keep to the SSH protocol: ${hello.why}.`,
        'Check that nothing between this machine and the host changes the connection, and that ssh gets in.',
      )
    case 'complete':
      throw new RangeError('a complete hello is no failure')
  }
}

/* eslint-disable no-control-regex -- what is no text begins with such */
/** What a connection got as its answer that is no SSH server's; each is known by how it begins. */
const others: readonly (readonly [RegExp, string])[] = [
  [/^[\u0015\u0016]\u0003/, 'It speaks TLS there.'],
  [/^HTTP\/|<html|<!doctype/i, 'It is a web server (HTTP).'],
  [/^220[ -][^\n]*(smtp|mail)/i, 'It is a mail server (SMTP).'],
  [/^220[ -]/, 'It is a server for files or mail (FTP, SMTP).'],
  [/^\xff[\xfb-\xfe]/, 'It is a telnet server.'],
  [/^RFB \d/, 'It is a screen to be shared (VNC).'],
  [/^(\* OK|\+OK)/, 'It is a mailbox (IMAP, POP3).'],
]

/* eslint-enable no-control-regex */

function endedBySaying(place: string, said: Buffer, ending: string | undefined): FailureError {
  const text = said.toString('latin1', 0, 2048)
  const other = others.find(([begins]) => begins.test(text))?.[1]
  if (other !== undefined)
    return failed('host-unreachable', `${place} is no SSH server. ${other}`, 'Check the port.')
  const quote = quoted(said.toString('utf8', 0, 2048))
  const how = ending === undefined ? '' : ` (${ending})`
  return failed(
    'host-unreachable',
    `${place} answers without naming a version of SSH${how}: it said "${quote}".`,
    remedyFor(text),
  )
}

function remedyFor(said: string): string {
  if (/not allowed at this time/i.test(said))
    return 'The server shuts this address out for a while, after failed logins or too many connections (PerSourcePenalties). Wait some minutes, and mend what failed before the next attempt.'
  if (/maxstartups/i.test(said))
    return 'Too many logins are under way at the server (MaxStartups). Try again when they are done.'
  return 'Check the port, and what the host or a proxy before it means.'
}

function quoted(text: string): string {
  const shown = text.trim().slice(0, longestQuote)
  return displayName(shown)
}
