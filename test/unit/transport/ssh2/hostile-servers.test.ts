import { describe, expect, test } from 'vitest'
import type { SshTransport } from '../../../../electron/transport/ssh2/ssh-transport'
import { hostThat } from '../../../builders/hosts/scripted-host'
import { nobodyAborts } from '../../../builders/hosts/ssh-host'
import { endless, payload, type RawConnection } from '../../../engines/faults/raw-connection'

/** A flood of payloads, and what the failure has to say of it. */
interface Flood {
  readonly what: string
  readonly payloads: (index: number) => Buffer
  readonly says: RegExp
}

const open = (type: string, ...more: (string | readonly [number])[]): ((index: number) => Buffer) => {
  return (index) => payload(90, type, [index], [0x200000], [0x8000], ...more)
}
const opens = /opens one channel after the other, none of which was asked for/
const floods = (name: string) =>
  new RegExp(`sends one message after the other that nobody asked for, most of them ${name}`)

const afterLogin: readonly Flood[] = [
  { what: 'session channels', payloads: open('session'), says: opens },
  {
    what: 'forwarded-tcpip channels',
    payloads: open('forwarded-tcpip', '127.0.0.1', [22], '127.0.0.1', [1]),
    says: opens,
  },
  {
    what: 'forwarded-streamlocal channels',
    payloads: open('forwarded-streamlocal@openssh.com', '/run/docker.sock', ''),
    says: opens,
  },
  { what: 'x11 channels', payloads: open('x11', '127.0.0.1', [6000]), says: opens },
  { what: 'auth-agent channels', payloads: open('auth-agent@openssh.com'), says: opens },
  { what: 'channels of a kind that nobody knows', payloads: open('who@knows'), says: opens },
  {
    what: 'global requests',
    payloads: () => payload(80, 'keepalive@openssh.com', true),
    says: floods('SSH_MSG_GLOBAL_REQUEST'),
  },
  {
    what: 'host keys',
    payloads: () => payload(80, 'hostkeys-00@openssh.com', false, ...Array<string>(500).fill('no key')),
    says: floods('SSH_MSG_GLOBAL_REQUEST'),
  },
  { what: 'padding', payloads: () => payload(2, 'x'.repeat(20)), says: floods('SSH_MSG_IGNORE') },
  {
    what: 'debug messages',
    payloads: () => payload(4, true, 'x'.repeat(20), ''),
    says: floods('SSH_MSG_DEBUG'),
  },
  {
    what: 'complaints about its packets',
    payloads: (index) => payload(3, [index]),
    says: floods('SSH_MSG_UNIMPLEMENTED'),
  },
  { what: 'messages of an unknown number', payloads: () => payload(199, 'x'), says: floods('message 199') },
  { what: 'messages without a word', payloads: () => Buffer.alloc(0), says: floods('SSH_MSG_IGNORE') },
  { what: 'banners', payloads: () => payload(53, 'Welcome!', ''), says: floods('SSH_MSG_USERAUTH_BANNER') },
  {
    what: 'refused logins',
    payloads: () => payload(51, 'password', false),
    says: floods('SSH_MSG_USERAUTH_FAILURE'),
  },
  { what: 'accepted logins', payloads: () => payload(52), says: floods('SSH_MSG_USERAUTH_SUCCESS') },
  {
    what: 'accepted services',
    payloads: () => payload(6, 'ssh-userauth'),
    says: floods('SSH_MSG_SERVICE_ACCEPT'),
  },
  { what: 'extensions', payloads: () => payload(7, [0]), says: floods('SSH_MSG_EXT_INFO') },
  { what: 'answers to nothing', payloads: () => payload(81), says: floods('SSH_MSG_REQUEST_SUCCESS') },
  { what: 'refusals of nothing', payloads: () => payload(82), says: floods('SSH_MSG_REQUEST_FAILURE') },
  {
    what: 'channels that nobody asked for, given',
    payloads: (index) => payload(91, [index + 5000], [0], [0], [0x8000]),
    says: floods('SSH_MSG_CHANNEL_OPEN_CONFIRMATION'),
  },
  {
    what: 'room on no channel',
    payloads: () => payload(93, [77], [1]),
    says: floods('SSH_MSG_CHANNEL_WINDOW_ADJUST'),
  },
  { what: 'ends of no channel', payloads: () => payload(96, [77]), says: floods('SSH_MSG_CHANNEL_EOF') },
  {
    what: 'closings of no channel',
    payloads: () => payload(97, [77]),
    says: floods('SSH_MSG_CHANNEL_CLOSE'),
  },
  {
    what: 'statuses of no channel',
    payloads: () => payload(98, [77], 'exit-status', false, [0]),
    says: floods('SSH_MSG_CHANNEL_REQUEST'),
  },
  {
    what: 'data on no channel',
    payloads: () => payload(94, [77], 'x'),
    says: /data on a channel that is not open/,
  },
  {
    what: 'errors on no channel',
    payloads: () => payload(95, [77], [1], 'x'),
    says: /data on a channel that is not open/,
  },
]

const duringLogin: readonly Flood[] = [
  { what: 'banners', payloads: () => payload(53, 'Welcome!', ''), says: floods('SSH_MSG_USERAUTH_BANNER') },
  {
    what: 'long banners',
    payloads: () => payload(53, 'x'.repeat(30_000), ''),
    says: /sends megabytes before it has let anybody in/,
  },
  { what: 'padding', payloads: () => payload(2, ''), says: floods('SSH_MSG_IGNORE') },
  { what: 'channels', payloads: open('session'), says: floods('SSH_MSG_CHANNEL_OPEN') },
  { what: 'messages without a word', payloads: () => Buffer.alloc(0), says: floods('SSH_MSG_IGNORE') },
  {
    what: 'accepted services',
    payloads: () => payload(6, 'ssh-userauth'),
    says: floods('SSH_MSG_SERVICE_ACCEPT'),
  },
  {
    what: 'refusals of what was not tried',
    payloads: () => payload(51, 'publickey', false),
    says: /refuses a login that was not tried/,
  },
  {
    what: 'services of a long name',
    payloads: () => payload(6, 'x'.repeat(30_000)),
    says: /sends megabytes before it has let anybody in|SSH_MSG_SERVICE_ACCEPT/,
  },
]

/** A host that does this with each connection when it has let it in, or at the first login; a login is never answered then. */
async function hostile(
  when: 'login' | 'up',
  attack: (raw: RawConnection) => void,
): Promise<{ transport: SshTransport; connections: () => number }> {
  let connections = 0
  const raws = new WeakMap<object, RawConnection>()
  const transport = await hostThat({
    meet: (raw) => {
      connections += 1
      raws.set(raw.connection, raw)
      if (when === 'up')
        raw.connection.once('ready', () => {
          attack(raw)
        })
      else
        raw.connection.once('authentication', () => {
          attack(raw)
        })
    },
    ...(when === 'up' ? {} : { login: () => undefined }),
  })
  return { transport, connections: () => connections }
}

/** What a host is lost of. */
async function lossOf(transport: SshTransport): Promise<unknown> {
  try {
    await transport.open(undefined, nobodyAborts)
    // Where the login was done first, whoever comes later is told of it.
    for (;;) {
      await transport.openStream('/run/docker.sock', nobodyAborts).catch((error: unknown) => {
        if ((error as { failure?: { kind: string } }).failure?.kind === 'server-misbehaved') throw error
      })
    }
  } catch (error) {
    return error
  }
}

const misbehaved = (says: RegExp) => ({
  failure: {
    kind: 'server-misbehaved',
    message: expect.stringMatching(says) as string,
    remedy: expect.stringContaining('connect again') as string,
  },
})

describe.each([
  { when: 'up' as const, phase: 'when it has let somebody in', all: afterLogin },
  { when: 'login' as const, phase: 'in the middle of a login', all: duringLogin },
])('a server that floods the connection $phase', ({ when, all }) => {
  test.each(all)('with $what is cut off and said to do so', async ({ payloads, says }) => {
    let sent: Promise<number> | undefined
    const { transport, connections } = await hostile(when, (raw) => {
      sent ??= raw.flood(endless(payloads))
    })
    expect(await lossOf(transport)).toMatchObject(misbehaved(says))
    expect(await sent).toBeGreaterThan(0)
    // It is not met again by itself.
    expect(await transport.openStream('/x', nobodyAborts).catch((error: unknown) => error)).toMatchObject(
      misbehaved(says),
    )
    expect(connections()).toBe(1)
  })
})
