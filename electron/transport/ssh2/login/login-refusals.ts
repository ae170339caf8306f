import { failed, type FailureError } from '../../../core/base/failure'
import type { LoginSettings } from '../../ssh-config/hop-settings'
import { quoted, shownWords } from '../hello/server-words'

/** What was tried at a login, and what the server said about the last of it; parts of sentences. */
interface Attempts {
  readonly summary: string
  readonly said: string
}

/** The server takes other methods only than those that are left. */
export function noMethodLeft(
  account: string,
  { ruledOut, unsupported }: LoginSettings,
  taken: readonly string[],
  { summary, said }: Attempts,
): FailureError {
  /** Methods by the words that rule them out. */
  const forbidden = new Map<string, string[]>()
  for (const method of taken) {
    const words = ruledOut.get(method)
    if (words !== undefined) forbidden.set(words, [...(forbidden.get(words) ?? []), method])
  }
  const unknown = taken.filter((method) => unsupported.includes(method))
  const sentences = [
    `${account} did not let this user in.${quoted(said)}`,
    summary,
    `The server takes: ${shownWords(taken.join(', '))}.`,
    ...[...forbidden].map(
      ([words, methods]) => `${words} in the SSH configuration rules ${methods.join(' and ')} out.`,
    ),
    ...unknown.map((method) => `Lamina does not know how to log in by ${method}.`),
  ]
  const [first] = [...forbidden.values()].flat()
  const allow = first === undefined ? 'a password' : `${first} for this host in the SSH configuration`
  const check = `Check the user name and which key the account expects (authorized_keys), or allow ${allow}.`
  const remedy = remedyFor(said) ?? (said === '' ? check : `Do what the server says. ${check}`)
  const kind = passing.test(said) ? 'host-unreachable' : 'authentication-failed'
  return failed(kind, sentences.join(' '), `${remedy} The connection log shows each attempt.`)
}

/** What a server says that is about to be there for everybody again: while it boots, and while it has too many logins (sshd(8), MaxStartups). */
const passing = /pam_nologin\(8\)|booting up|going down|MaxStartups|not allowed at this time/i

const remedies: readonly (readonly [said: RegExp, remedy: string])[] = [
  [/booting up/i, 'Wait until the host has started.'],
  [
    /MaxStartups|not allowed at this time/i,
    'Wait a little: after many failed logins, and while many are under way, a server refuses for some minutes.',
  ],
  [
    /account.*expired|inactiv/i,
    'Whoever runs the host can extend the account there (chage -E), or use another account.',
  ],
  [
    /password.*expired|change your password/i,
    'Log in with ssh on a terminal once and give the account a new password.',
  ],
]

function remedyFor(said: string): string | undefined {
  return remedies.find(([words]) => words.test(said))?.[1]
}

/** A login whose connection the server ended. */
interface EndedLogin {
  readonly place: string
  readonly account: string
  /** The method that was under way; empty before the first. */
  readonly method: string
}

/** A server ended the connection before the login was done, and said something to people first. */
export function closedWithWords({
  place,
  account,
  method,
  said,
}: EndedLogin & { readonly said: string }): FailureError {
  const remedy = remedyFor(said) ?? "Do what it says, or ask whoever runs the host; sshd's own log says more."
  return method === '' || passing.test(said)
    ? failed('host-unreachable', `${place} lets nobody in now.${quoted(said)}`, remedy)
    : failed('authentication-failed', `${account} did not let this user in.${quoted(said)}`, remedy)
}

/** A server ended the connection instead of answering to a method, which says nothing about what would come of another try. */
export function closedWithoutWords({ place, account, method }: EndedLogin): FailureError {
  return failed(
    'host-unreachable',
    `${place} ended the connection before the login was done: the other side closed it at ${method} and did not say why. The host may have been lost, or a rule there keeps ${account} out (PAM's account rules, access.conf).`,
    "Look at sshd's own log on the host; after many failed logins a server refuses for some minutes.",
  )
}

/** The password is right and has to be another from now on (RFC 4252, section 8). */
export function wantsNewPassword(account: string, prompt: string): FailureError {
  return failed(
    'authentication-failed',
    `The password of ${account} has expired, and the server wants a new one.${quoted(shownWords(prompt))}`,
    'Log in with ssh on a terminal once and give the account a new password.',
  )
}
