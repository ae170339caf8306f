import type { Duplex } from 'node:stream'
import { displayName } from '../../core/base/display-name'
import { failed, isFailure, type FailureError } from '../../core/base/failure'
import type { CommandLimits } from '../limits/command-limits'
import { seconds } from '../limits/command-wait'
import { engineOfOnlyCommand, outputOf, type HostCommand } from '../transport'
import { channelRefusal } from './channels/channel-refusal'
import { ChannelStream } from './channels/channel-stream'
import { commandOnLine, dialLine, type DialTool, dialTools, usualDialLine } from '../remote/dial-stdio'
import type { ConnectionLog } from '../remote/connection-log'
import type { Link } from './link/link'
import { type OnlyCommand } from './commands/only-command'
import type { SessionChannels } from './commands/session-channels'
import { Unanswered } from './channels/unanswered'

/** How streams to a socket of the host are made: forwarded by sshd, or by a tool on the host that copies them. */
type Way = 'forwarded' | DialTool

/** Says in one word what is the matter with a socket, then which tools could stand in. The path is the only line of input. */
const probeScript = `
IFS= read -r path
case $path in /*) ;; *) path=/$path ;; esac
near=$path
while [ ! -e "$near" ]; do
  near=\${near%/*}
  [ -n "$near" ] || near=/
done
if [ ! -e "$path" ] && [ ! -x "$near" ]; then echo hidden; path=$near
elif [ ! -e "$path" ]; then echo missing
elif [ ! -S "$path" ]; then echo no-socket
elif [ ! -r "$path" ] || [ ! -w "$path" ]; then echo no-permission
else echo usable
fi
ls -ld "$path" 2>/dev/null | { read -r _ _ _ group _ || :; echo "$group"; }
id -un
for tool in docker podman; do command -v "$tool" >/dev/null 2>&1 && echo "$tool"; done
exit 0
`

/** Streams to sockets of the host over one link. */
export class EngineStreams {
  readonly #link: Link
  readonly #sessions: SessionChannels
  readonly #only: OnlyCommand
  readonly #log: ConnectionLog
  readonly #limits: CommandLimits
  readonly #unanswered: Unanswered
  readonly #useless = new Set<DialTool>()
  #way: Way = 'forwarded'
  #reachesByOnlyCommand = false

  constructor(
    link: Link,
    { sessions, only }: { readonly sessions: SessionChannels; readonly only: OnlyCommand },
    log: ConnectionLog,
    limits: CommandLimits,
  ) {
    this.#limits = limits
    this.#unanswered = new Unanswered(limits, () => link.silence())
    this.#link = link
    this.#sessions = sessions
    this.#only = only
    this.#log = log
  }

  /** As `Transport.openStream`. */
  async open(socketPath: string, signal: AbortSignal): Promise<Duplex> {
    if (socketPath === engineOfOnlyCommand) return await this.#dialOnly(signal)
    if (this.#way !== 'forwarded') return await this.#dial(this.#way, socketPath, signal)
    try {
      return await this.#forward(socketPath, signal)
    } catch (error) {
      const loss = this.#link.loss()
      if (loss !== undefined) throw loss
      if (signal.aborted) throw error
      return await this.#otherwise(socketPath, channelRefusal(error).why, signal)
    }
  }

  #forward(socketPath: string, signal: AbortSignal): Promise<Duplex> {
    return this.#unanswered.asked<Duplex>(
      (answered, refused) => {
        this.#link.client.openssh_forwardOutStreamLocal(socketPath, (error, channel) => {
          if (error !== undefined) {
            refused(error)
            return
          }
          // Nothing that is forwarded has one, but what a server sends there is held for whoever reads it.
          channel.stderr.resume()
          const { line } = this.#link
          answered(new ChannelStream(channel, { line, loss: () => this.#link.loss() }))
        })
      },
      {
        signal,
        dismiss: (late) => late.destroy(),
        cancelled: () => failed('cancelled', cancelled(socketPath)),
        never: (within) => failed('engine-unreachable', `it did not answer within ${seconds(within)}`),
      },
    )
  }

  /** sshd gives one answer for a missing socket, one without rights, and forwarding that is switched off. */
  async #otherwise(socketPath: string, refusal: string, signal: AbortSignal): Promise<Duplex> {
    const [state, group = '', user = '', ...tools] = await this.#probe(socketPath, refusal, signal)
    this.#log.add(
      `The server forwards no stream to ${socketPath} (${refusal}); the socket is ${state ?? 'unknown'}`,
    )
    if (state !== 'usable') throw socketFailure(state, socketPath, group, user)
    const found = dialTools.filter((tool) => tools.includes(tool))
    let standIn = 'The host has no docker or podman command that could stand in.'
    for (const tool of this.#notYetUseless(found)) {
      try {
        return await this.#dial(tool, socketPath, signal)
      } catch (error) {
        const loss = this.#link.loss()
        if (loss !== undefined) throw loss
        if (signal.aborted) throw error
        const why = error instanceof Error ? error.message : String(error)
        this.#log.add(`${tool} system dial-stdio: ${why}`)
        standIn = `The command ${tool} could not stand in. ${why}`
      }
    }
    throw failed(
      'engine-unreachable',
      `The server opens no stream to ${socketPath} (${refusal}): its sshd forwards no streams to sockets, or no engine listens there. ${standIn}`,
      "If the engine runs, set AllowStreamLocalForwarding yes (and DisableForwarding no) in the host's sshd_config and reload sshd, or install the docker command there.",
    )
  }

  async #probe(socketPath: string, refusal: string, signal: AbortSignal): Promise<readonly string[]> {
    const command: HostCommand = {
      name: 'finding out why a socket cannot be reached',
      script: probeScript,
      input: Buffer.from(`${socketPath}\n`),
    }
    const probeWithin = longerThan(this.#limits)
    const enough = AbortSignal.timeout(probeWithin)
    // A login that may forward nothing is often one that may run one command alone.
    void this.#only.leadsToEngine()
    try {
      const either = AbortSignal.any([signal, enough])
      return (await outputOf(this.#only, command, either, 10_000)).toString('utf8').split('\n')
    } catch (error) {
      if (signal.aborted || (!enough.aborted && !isFailure(error, 'command-failed'))) throw error
      const why = enough.aborted
        ? `the host did not say why within ${seconds(probeWithin)}.`
        : `no command there can say why. ${isFailure(error) ? error.failure.message : ''}`
      throw failed(
        'engine-unreachable',
        `The server opens no stream to ${socketPath} (${refusal}), and ${why}`,
        (!enough.aborted && isFailure(error) ? error.failure.remedy : undefined) ??
          'If the engine runs there, allow this login to forward streams (port-forwarding in authorized_keys, AllowStreamLocalForwarding in sshd_config) or to run commands.',
      )
    }
  }

  /** Tools that failed have their turn again when all of them did: the engine may have been stopped meanwhile. */
  #notYetUseless(tools: readonly DialTool[]): readonly DialTool[] {
    const left = tools.filter((tool) => !this.#useless.has(tool))
    if (left.length > 0) return left
    this.#useless.clear()
    return tools
  }

  /** The line that Docker's CLI sends: a script that lets one line through lets this one through. */
  async #dialOnly(signal: AbortSignal): Promise<Duplex> {
    void this.#only.leadsToEngine()
    const session = await this.#sessions.start(usualDialLine, signal)
    session.expectAnswer({
      answered: () => {
        if (this.#reachesByOnlyCommand) return
        this.#reachesByOnlyCommand = true
        this.#log.add('Streams go through the only command that this login may run')
      },
      missing: (complaints) =>
        failed(
          'engine-unreachable',
          `The only command that this login may run gave no answer of an engine. ${displayName(complaints)}`.trim(),
          'Start the engine on the host, and look at the command in authorized_keys or in ForceCommand of sshd_config.',
        ),
    })
    return session.stream
  }

  /** Only an answer of the engine shows that a tool reaches it. */
  async #dial(tool: DialTool, socketPath: string, signal: AbortSignal): Promise<Duplex> {
    const session = await this.#sessions.start(dialLine(tool), signal)
    const expected = {
      answered: () => {
        if (this.#way === tool) return
        this.#way = tool
        this.#log.add(`Streams go through ${tool} system dial-stdio`)
      },
      missing: (complaints: string) => {
        this.#useless.add(tool)
        this.#way = 'forwarded'
        this.#log.add(`${tool} system dial-stdio ended: ${complaints}`)
        return failed(
          'engine-unreachable',
          `The engine at ${socketPath} gave no answer through ${tool} system dial-stdio: ${displayName(complaints)}`,
          "Start the engine on the host. Without the help of such a tool the host's sshd_config has to say AllowStreamLocalForwarding yes.",
        )
      },
    }
    const give = (failure: FailureError) => {
      session.stream.destroy(failure)
    }
    const cancel = () => {
      give(failed('cancelled', cancelled(socketPath)))
    }
    signal.addEventListener('abort', cancel, { once: true })
    if (signal.aborted) cancel()
    const limit = setTimeout(() => {
      give(notBegun(tool, this.#limits.beginWithin))
    }, this.#limits.beginWithin)
    const stream = await commandOnLine(
      session.stream,
      socketPath,
      () => session.complaints(),
      () => {
        session.expectAnswer(expected)
      },
    ).finally(() => {
      clearTimeout(limit)
      signal.removeEventListener('abort', cancel)
    })
    // The tool may have ended before its beginning was heard.
    if (!session.stream.hasEnded || stream.readableLength > 0) return stream
    stream.destroy()
    throw expected.missing(session.complaints())
  }
}

const cancelled = (socketPath: string) => `Opening a stream to ${socketPath} on the host was cancelled.`

/** Milliseconds for what a command says that has its own reason for not beginning. */
function longerThan({ beginWithin }: CommandLimits): number {
  return 1.5 * beginWithin
}

function notBegun(tool: DialTool, within: number): FailureError {
  return failed(
    'engine-unreachable',
    `${tool} system dial-stdio did not begin on the host within ${seconds(within)}.`,
    'Look for what the login files of the account wait for, or log in as another user.',
  )
}

function socketFailure(state: string | undefined, path: string, group: string, user: string): FailureError {
  switch (state) {
    case 'missing':
      return failed(
        'engine-unreachable',
        `There is no engine's socket at ${path} on the host.`,
        'Start the engine there, or name its socket in the address: ssh://user@host/path/of/the.sock',
      )
    case 'hidden':
      return failed(
        'permission-denied',
        `${user} may not look into the folder of ${path} on the host; it belongs to the group ${group}.`,
        'Log in as a user who may, or name another socket in the address: ssh://user@host/path/of/the.sock',
      )
    case 'no-permission':
      return failed(
        'permission-denied',
        `${user} may not open the engine's socket ${path} on the host; it belongs to the group ${group}.`,
        `Add the user to the group on the host (usermod -aG ${group} ${user}) and connect again, or log in as another user.`,
      )
    default:
      return failed(
        'engine-unreachable',
        `${path} on the host is not a socket.`,
        'Name the socket of the engine in the address.',
      )
  }
}
