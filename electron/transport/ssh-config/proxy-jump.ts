import { parseSshAddress } from '../../core/hosts/ssh-address'
import { failed } from '../../core/base/failure'
import type { HostQuestion } from './files/host-options'

/**
 * The last jump of a `ProxyJump`, with the jumps before it as its own way; undefined for `none`. A jump is
 * `[user@]host[:port]` or `ssh://…`, several have commas between and are connected in their order.
 * @param isRead `ssh -G` has read the value: a `#` in it belongs to a user, and elsewhere begins a comment
 * @throws FailureError `invalid-input` for one that is no address
 */
export function lastJump(value: string, isRead = false): HostQuestion | undefined {
  const list = (isRead ? value : (value.split('#', 1)[0] ?? '')).trim()
  if (list.toLowerCase() === 'none') return undefined
  const jumps = list.split(',')
  const [last, ...before] = jumps.map((jump) => questionIn(jump, value)).reverse()
  if (last === undefined || before.length === 0) return last
  return { ...last, jump: jumps.slice(0, -1).join(',') }
}

function questionIn(jump: string, value: string): HostQuestion {
  const parsed = parseSshAddress(jump)
  if (!parsed.ok || parsed.address.socketPath !== undefined)
    throw failed(
      'invalid-input',
      `ProxyJump ${value} in the SSH configuration names no host in ${JSON.stringify(jump)}.`,
      'Write [user@]host[:port], several with commas between.',
    )
  const { host, user, port } = parsed.address
  return { host, ...(user === undefined ? {} : { user }), ...(port === undefined ? {} : { port }) }
}
