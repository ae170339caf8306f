import type { Duplex } from 'node:stream'
import { failed, type FailureError } from '../../core/failure'
import { outputOf, type HostCommand } from '../transport'
import { ChannelStream } from './channel-stream'
import { commandOnLine, dialLine, type DialTool, dialTools } from './dial-stdio'
import type { ConnectionLog } from './connection-log'
import type { Link } from './link'
import { runCommand } from './commands'
import type { SessionChannels } from './session-channels'

/** How streams to a socket of the host are made: forwarded by sshd, or by a tool on the host that copies them. */
type Way = 'forwarded' | DialTool

/** Says in one word what is the matter with a socket, then which tools could stand in. The path is the only line of input. */
const probeScript = `
IFS= read -r path
if [ ! -e "$path" ]; then echo missing
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
  readonly #log: ConnectionLog
  #way: Way = 'forwarded'

  constructor(link: Link, sessions: SessionChannels, log: ConnectionLog) {
    this.#link = link
    this.#sessions = sessions
    this.#log = log
  }

  /** As `Transport.openStream`. */
  async open(socketPath: string): Promise<Duplex> {
    if (this.#way !== 'forwarded') return await this.#dial(this.#way, socketPath)
    try {
      return await this.#forward(socketPath)
    } catch (error) {
      const loss = this.#link.loss()
      if (loss !== undefined) throw loss
      return await this.#otherwise(socketPath, error instanceof Error ? error.message : String(error))
    }
  }

  #forward(socketPath: string): Promise<Duplex> {
    return new Promise((resolve, reject) => {
      try {
        this.#link.client.openssh_forwardOutStreamLocal(socketPath, (error, channel) => {
          if (error === undefined) resolve(new ChannelStream(channel, { loss: () => this.#link.loss() }))
          else reject(error)
        })
      } catch (error) {
        reject(error instanceof Error ? error : new Error(String(error)))
      }
    })
  }

  /** sshd gives one answer for a missing socket, one without rights, and forwarding that is switched off. */
  async #otherwise(socketPath: string, refusal: string): Promise<Duplex> {
    const command: HostCommand = { script: probeScript, input: Buffer.from(`${socketPath}\n`) }
    const run = { run: (one: HostCommand, signal: AbortSignal) => runCommand(this.#sessions, one, signal) }
    const signal = AbortSignal.timeout(15_000)
    const answer = (await outputOf(run, command, signal, 10_000)).toString('utf8').split('\n')
    const [state, group = '', user = '', ...tools] = answer
    const found = dialTools.filter((tool) => tools.includes(tool))
    this.#log.add(
      `The server forwards no stream to ${socketPath} (${refusal}); the socket is ${state ?? 'unknown'}`,
    )
    if (state !== 'usable') throw socketFailure(state, socketPath, group, user)
    for (const tool of found) {
      try {
        const stream = await this.#dial(tool, socketPath)
        this.#way = tool
        this.#log.add(`Streams go through ${tool} system dial-stdio`)
        return stream
      } catch (error) {
        this.#log.add(`${tool} system dial-stdio: ${error instanceof Error ? error.message : String(error)}`)
      }
    }
    throw failed(
      'engine-unreachable',
      `The server forwards no streams to sockets (${refusal}), and the host has no docker or podman command that could stand in.`,
      "Set AllowStreamLocalForwarding yes (and DisableForwarding no) in the host's sshd_config and reload sshd, or install the docker command there.",
    )
  }

  async #dial(tool: DialTool, socketPath: string): Promise<Duplex> {
    const { stream, complaints } = await this.#sessions.start(dialLine(tool), new AbortController().signal)
    return await commandOnLine(stream, socketPath, complaints)
  }
}

function socketFailure(state: string | undefined, path: string, group: string, user: string): FailureError {
  switch (state) {
    case 'missing':
      return failed(
        'engine-unreachable',
        `There is no engine's socket at ${path} on the host.`,
        'Start the engine there, or name its socket in the address: ssh://user@host/path/of/the.sock',
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
