import { failed } from '../core/base/failure'
import { startProcess } from './start-process'

/** How a program of this machine ended. */
type ProgramEnd =
  | {
      readonly kind: 'ended'
      /** Undefined where a signal ended it. */
      readonly status: number | undefined
      /** Standard output, one character a byte. */
      readonly said: string
      /** The beginning of standard error. */
      readonly complaints: string
    }
  | { readonly kind: 'not-started'; readonly why: string }
  | { readonly kind: 'too-late' | 'too-much' }

interface ProgramLimits {
  /** Milliseconds that it may take. */
  readonly time: number
  /** Bytes that it may write to standard output. */
  readonly output: number
}

const longestComplaint = 2000

/**
 * Runs a program without a shell and without standard input. With what it started itself it is ended where it takes too
 * long or says too much.
 * @throws FailureError `cancelled`
 */
export function runLimited(
  program: string,
  args: readonly string[],
  limits: ProgramLimits,
  signal: AbortSignal,
): Promise<ProgramEnd> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(cancelled())
      return
    }
    const said: Buffer[] = []
    let [length, complaints] = [0, '']
    const settle = (how: () => void) => {
      clearTimeout(timer)
      signal.removeEventListener('abort', abort)
      how()
    }
    const cut = (how: () => void) => {
      killGroup(child?.pid)
      settle(how)
    }
    const abort = () => {
      cut(() => {
        reject(cancelled())
      })
    }
    const timer = setTimeout(() => {
      cut(() => {
        resolve({ kind: 'too-late' })
      })
    }, limits.time)
    signal.addEventListener('abort', abort)
    // A process group of its own, so that what it starts ends with it.
    const child = startProcess(
      program,
      args,
      { detached: true, stdio: ['ignore', 'pipe', 'pipe'] },
      (why) => {
        settle(() => {
          resolve({ kind: 'not-started', why })
        })
      },
    )
    child?.stdout?.on('data', (part: Buffer) => {
      length += part.length
      if (length <= limits.output) said.push(part)
      else
        cut(() => {
          resolve({ kind: 'too-much' })
        })
    })
    child?.stderr?.setEncoding('utf8').on('data', (part: string) => {
      complaints = (complaints + part).slice(0, longestComplaint)
    })
    child?.once('close', (status) => {
      settle(() => {
        const text = Buffer.concat(said).toString('latin1')
        resolve({ kind: 'ended', status: status ?? undefined, said: text, complaints: complaints.trim() })
      })
    })
  })
}

function killGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL')
  } catch {
    // Gone already, or somebody else's by now.
  }
}

function cancelled(): Error {
  return failed('cancelled', 'Connecting was cancelled.')
}
