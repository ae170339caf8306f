import { failed } from '../../core/base/failure'
import { type LoginMethod, loginMethods, type LoginSettings } from './hop-settings'

/** OpenSSH's order where nobody prefers another (sshconnect2.c, authmethods). */
const usualOrder = ['gssapi-with-mic', 'hostbased', ...loginMethods]
const usualPrompts = 3

/** What switches a method on and off, and how it is where nothing is said. */
const switches: readonly (readonly [method: string, keyword: string, usually: boolean])[] = [
  ['gssapi-with-mic', 'GSSAPIAuthentication', false],
  ['hostbased', 'HostbasedAuthentication', false],
  ['publickey', 'PubkeyAuthentication', true],
  ['keyboard-interactive', 'KbdInteractiveAuthentication', true],
  ['password', 'PasswordAuthentication', true],
]

/**
 * What ssh_config says about logging in.
 * @throws FailureError `invalid-input` for values that OpenSSH refuses
 */
export function loginFrom(
  value: (keyword: string) => string | undefined,
): Omit<LoginSettings, 'batchHostKeys'> {
  const batchMode = isOn(value('batchmode'), 'BatchMode', false)
  const mostPrompts = promptsIn(value('numberofpasswordprompts'))
  const preferred = value('preferredauthentications')
  const order = preferred?.split(',') ?? usualOrder
  const ruledOut = new Map<string, string>()
  for (const [method, keyword, usually] of switches) {
    const asks = method === 'keyboard-interactive' || method === 'password'
    if (!isOn(value(keyword.toLowerCase()), keyword, usually)) ruledOut.set(method, `${keyword} no`)
    else if (!order.includes(method)) ruledOut.set(method, `PreferredAuthentications ${preferred ?? ''}`)
    else if (asks && batchMode) ruledOut.set(method, 'BatchMode yes')
    else if (asks && mostPrompts === 0) ruledOut.set(method, 'NumberOfPasswordPrompts 0')
  }
  const allowed = [...new Set(order)].filter((method) => usualOrder.includes(method) && !ruledOut.has(method))
  return {
    methods: allowed.filter(isKnown),
    ruledOut: new Map([...ruledOut].filter(([method]) => isKnown(method))),
    unsupported: allowed.filter((method) => !isKnown(method)),
    mostPrompts,
    batchMode,
  }
}

function isKnown(method: string): method is LoginMethod {
  return loginMethods.some((known) => known === method)
}

function isOn(said: string | undefined, keyword: string, usually: boolean): boolean {
  switch (said?.toLowerCase()) {
    case undefined:
      return usually
    case 'yes':
    case 'true':
      return true
    case 'no':
    case 'false':
      return false
    case 'unbound':
    case 'host-bound':
      // Which keys of an agent are bound to hosts, the agent knows.
      if (keyword === 'PubkeyAuthentication') return true
  }
  throw unreadable(keyword, said ?? '', 'Write yes or no.')
}

function promptsIn(said: string | undefined): number {
  if (said === undefined) return usualPrompts
  if (!/^\d{1,9}$/.test(said)) throw unreadable('NumberOfPasswordPrompts', said, 'Write a number.')
  return Number(said)
}

function unreadable(keyword: string, said: string, remedy: string): Error {
  return failed('invalid-input', `${keyword} ${said} in the SSH configuration is not understood.`, remedy)
}
