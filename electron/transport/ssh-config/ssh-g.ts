import type { SpawnOptions } from 'node:child_process'
import { displayName } from '../../core/base/display-name'
import { failed } from '../../core/base/failure'
import { startProcess } from '../start-process'
import { algorithmKeywords } from './algorithm-choice'
import type { HostOptions, HostQuestion } from './files/host-options'
import { isOpenSshDefault } from './files/keywords'

/** Longest time that `ssh -G` may take; a `Match exec` can hang. Milliseconds. */
const answerLimit = 5000
/** Most that it may say, in characters. */
const longestAnswer = 1024 * 1024

export type SshAnswer =
  | { readonly kind: 'options'; readonly options: HostOptions }
  /** There is no `ssh`, or none that can be asked: too old a one, one that fails whatever it is asked, one that is late. */
  | { readonly kind: 'none'; readonly warning?: string }

/**
 * Asks OpenSSH what its configuration says about a host.
 * @param configFile as `ssh -F`: this file alone instead of the user's and the system's
 * @throws FailureError `invalid-input` with what ssh says, where it refuses the configuration; `cancelled`
 */
export async function askSsh(
  question: HostQuestion,
  configFile: string | undefined,
  signal: AbortSignal,
): Promise<SshAnswer> {
  const [answer, plain] = await Promise.all([
    runSsh(sshArguments(question, configFile), signal),
    runSsh(sshArguments({ host: 'localhost' }, '/dev/null'), signal),
  ])
  // What it cannot say of no configuration at all, it is not the configuration's fault.
  const why = whyUnasked(plain, true) ?? whyUnasked(answer, false)
  if (why !== undefined) return { kind: 'none', ...(why === '' ? {} : { warning: readWithout(why) }) }
  if (answer.status !== 0) throw refusedBySsh(answer.complaints)
  return { kind: 'options', options: optionsFromSsh(question.host, answer.text, plain.text) }
}

function readWithout(why: string): string {
  return `ssh -G gave no answer (${why}); the SSH configuration was read without OpenSSH.`
}

/** Why `ssh` cannot be asked, in a few words; empty where there is none, undefined where it answered. */
function whyUnasked(said: Said, mustAnswer: boolean): string | undefined {
  if (said.why !== undefined) return said.why
  if (said.status !== 0 && !mustAnswer) return undefined
  if (said.status === 0 && /^hostname /m.test(said.text)) return undefined
  const [complaint = ''] = complaintsIn(said.complaints)
  const words = displayName(complaint).slice(0, 200)
  return words === '' ? `it ended with status ${String(said.status)}` : words
}

function sshArguments({ host, port, user, jump }: HostQuestion, configFile: string | undefined): string[] {
  return [
    '-G',
    ...(configFile === undefined ? [] : ['-F', configFile]),
    ...(port === undefined ? [] : ['-p', String(port)]),
    ...(user === undefined ? [] : ['-l', user]),
    ...(jump === undefined ? [] : ['-J', jump]),
    '--',
    host,
  ]
}

function refusedBySsh(complaints: string): Error {
  return failed(
    'invalid-input',
    `OpenSSH refuses its configuration: ${displayName(complaintsIn(complaints).join('; '))}`,
    'Correct the SSH configuration; ssh -G HOST says the same.',
  )
}

function complaintsIn(complaints: string): string[] {
  return complaints
    .split(/[\r\n]+/)
    .filter((line) => line.trim() !== '' && !line.startsWith('Pseudo-terminal'))
}

/** What `ssh -G` has done with the host's name before it answers. */
const followedBySsh = new Set(['canonicalizehostname'])

/** Reads what `ssh -G` prints; what differs from the answer without any configuration was set by somebody. */
export function optionsFromSsh(host: string, answer: string, plain: string): HostOptions {
  const [values, usual] = [valuesIn(answer), valuesIn(plain)]
  // Before 8.7 either of the two let the method be tried (sshconnect2.c, ssh_userauth2).
  if (values.get('challengeresponseauthentication')?.[0] === 'yes')
    values.set('kbdinteractiveauthentication', ['yes'])
  const set = [...values.keys()].filter(
    (keyword) =>
      !followedBySsh.has(keyword) &&
      values.get(keyword)?.join('\n') !== usual.get(keyword)?.join('\n') &&
      !isOpenSshDefault(keyword, values.get(keyword) ?? []),
  )
  for (const keyword of ['userknownhostsfile', 'globalknownhostsfile', 'revokedhostkeys'])
    values.set(keyword, values.get(keyword)?.flatMap((line) => line.split(' ')) ?? [])
  return {
    originalHost: host,
    hostName: values.get('hostname')?.[0] ?? host,
    port: Number(values.get('port')?.[0] ?? 22),
    user: values.get('user')?.[0] ?? '',
    values,
    set: new Set(set),
    expanded: true,
    warnings: [],
    usualAlgorithms: new Map(
      algorithmKeywords.map((keyword) => [keyword, usual.get(keyword)?.[0] ?? ''] as const),
    ),
  }
}

/** As OpenSSH named them before 8.5 and before 9.2. */
const earlierNames: ReadonlyMap<string, string> = new Map([
  ['pubkeyacceptedkeytypes', 'pubkeyacceptedalgorithms'],
  ['rsaminsize', 'requiredrsasize'],
])

function valuesIn(answer: string): Map<string, string[]> {
  const values = new Map<string, string[]>()
  for (const line of answer.split('\n')) {
    const [, keyword, value] = /^(\S+) (.*)$/.exec(line) ?? []
    if (keyword === undefined || value === undefined) continue
    const said = keyword.toLowerCase()
    const key = earlierNames.get(said) ?? said
    values.set(key, [...(values.get(key) ?? []), value])
  }
  return values
}

/** What `ssh` said, and `why` it said nothing of use, which is empty where there is no such program. */
interface Said {
  readonly text: string
  readonly complaints: string
  readonly status: number
  readonly why?: string
}

const nothing: Said = { text: '', complaints: '', status: 255 }

function runSsh(args: readonly string[], signal: AbortSignal): Promise<Said> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(cancelled())
      return
    }
    let [text, complaints] = ['', '']
    const end = (settle: () => void) => () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', abort)
      settle()
    }
    const abort = end(() => {
      killGroup(child?.pid)
      reject(cancelled())
    })
    const timer = setTimeout(
      end(() => {
        killGroup(child?.pid)
        resolve({ ...nothing, why: 'not within 5 s' })
      }),
      answerLimit,
    )
    signal.addEventListener('abort', abort)
    const missing = (why: string) => {
      end(() => {
        resolve({ ...nothing, why: why.includes('ENOENT') ? '' : why })
      })()
    }
    // A process group of its own, so that a command of `Match exec` ends with it.
    const options: SpawnOptions = { detached: true, stdio: ['ignore', 'pipe', 'pipe'] }
    const child = startProcess('ssh', args, options, missing)
    child?.stdout?.setEncoding('utf8').on('data', (part: string) => {
      text = (text + part).slice(0, longestAnswer)
    })
    child?.stderr?.setEncoding('utf8').on('data', (part: string) => {
      complaints = (complaints + part).slice(0, 2000)
    })
    child?.once('close', (status, killedBy) => {
      end(() => {
        const killed = killedBy === null ? {} : { why: `it was ended by ${killedBy}` }
        resolve({ text, complaints, status: status ?? 255, ...killed })
      })()
    })
  })
}

function killGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL')
  } catch {
    // Gone already, or somebody else's by now: a command of `Match exec` may change its user.
  }
}

function cancelled(): Error {
  return failed('cancelled', 'Reading the SSH configuration was cancelled.')
}
