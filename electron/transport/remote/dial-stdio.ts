import { randomBytes } from 'node:crypto'
import type { Duplex } from 'node:stream'
import { failed, FailureError } from '../../core/base/failure'
import { inCommandEnvironment } from '../command-environment'

/** Commands that copy between their standard streams and the engine's socket. */
export const dialTools = ['docker', 'podman'] as const
export type DialTool = (typeof dialTools)[number]

/**
 * Mark and socket path come as the first two lines of standard input; the mark is said back when the copying begins. The command ends with
 * standard input, a moment later, also one that does not read it: where there is setsid(1) it has a session of its own, of which the
 * processes are ended. What the shell around it says of that is nobody's complaint.
 */
const wrapper = (command: string) =>
  `exec /bin/sh -c '${inCommandEnvironment}' '${begin} ${inOwnSession} exec ${command}' '${endedWithInput(command)}'`
const begin = 'IFS= read -r b; IFS= read -r p; export p; printf %s "$b";'
const inOwnSession =
  'if command -v setsid >/dev/null; then exec 4>&2 2>/dev/null; setsid /bin/sh -c "$1" 2>&4 4>&-; exit; fi;'
const endedWithInput = (command: string) =>
  `{ cat; exec >&-; sleep 3; kill -9 0; } | { ${command}; kill -9 0; }`
const lines: Readonly<Record<DialTool, string>> = {
  docker: wrapper('docker -H "unix://$p" system dial-stdio'),
  podman: wrapper('podman --url "unix://$p" system dial-stdio'),
}

/** What Docker's CLI has run on a host (docker/cli, cli/connhelper). */
export const usualDialLine = 'docker system dial-stdio'

export function dialLine(tool: DialTool): string {
  return lines[tool]
}

const mostNoise = 64 * 1024

/**
 * Waits until the copying begins and gives the stream from there on; `begun` is called before anything more is heard.
 * @throws FailureError `engine-unreachable`, or what the stream was destroyed with
 */
export async function commandOnLine(
  stream: Duplex,
  socketPath: string,
  complaints: () => string,
  begun: () => void,
): Promise<Duplex> {
  const mark = `<${randomBytes(12).toString('hex')}>`
  stream.write(`${mark}\n${socketPath}\n`)
  let heard = Buffer.alloc(0)
  return await new Promise((resolve, reject) => {
    const settle = () => {
      stream.off('readable', hear)
      for (const last of ['end', 'close']) stream.off(last, ended)
    }
    const fail = (why: string) => {
      settle()
      stream.destroy()
      reject(
        stream.errored instanceof FailureError
          ? stream.errored
          : failed('engine-unreachable', `The engine cannot be reached through dial-stdio: ${why}`),
      )
    }
    const ended = () => {
      fail(complaints() || 'the command ended')
    }
    // Read, not listened to: a stream that was paused once does not flow for whoever listens next.
    const hear = () => {
      for (;;) {
        const part = stream.read() as Buffer | null
        if (part === null) return
        heard = Buffer.concat([heard, part])
        const at = heard.indexOf(mark)
        if (at !== -1) {
          settle()
          begun()
          const rest = heard.subarray(at + mark.length)
          if (rest.length > 0) stream.unshift(rest)
          resolve(stream)
          return
        }
        if (heard.length > mostNoise) {
          fail('the login shell prints too much')
          return
        }
      }
    }
    stream.on('readable', hear)
    for (const last of ['end', 'close']) stream.once(last, ended)
    if (stream.destroyed) ended()
  })
}
