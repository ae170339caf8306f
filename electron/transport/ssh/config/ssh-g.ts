import type { SpawnOptions } from 'node:child_process'
import { failed } from '../../../core/failure'
import { startProcess } from '../../start-process'
import { algorithmKeywords } from '../algorithm-choice'
import type { HostOptions, HostQuestion } from './host-options'
import { isOpenSshDefault } from './keywords'

/** Longest time that `ssh -G` may take; a `Match exec` can hang. Milliseconds. */
const answerLimit = 5000
/** Most that it may say, in characters. */
const longestAnswer = 1024 * 1024

export type SshAnswer =
  | { readonly kind: 'options'; readonly options: HostOptions }
  /** There is no `ssh`, or it did not answer in time. */
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
    runSsh(sshArguments({ host: question.host }, 'none'), signal),
  ])
  if (answer.kind !== 'said' || plain.kind !== 'said') {
    const late = answer.kind === 'late' || plain.kind === 'late'
    const warning = 'ssh -G gave no answer in 5 s; the SSH configuration was read without OpenSSH.'
    return late ? { kind: 'none', warning } : { kind: 'none' }
  }
  if (answer.status !== 0) throw refusedBySsh(answer.complaints)
  return { kind: 'options', options: optionsFromSsh(question.host, answer.text, plain.text) }
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
  const lines = complaints.split('\n').filter((line) => line !== '' && !line.startsWith('Pseudo-terminal'))
  return failed(
    'invalid-input',
    `OpenSSH refuses its configuration: ${lines.join('; ')}`,
    'Correct the SSH configuration; ssh -G HOST says the same.',
  )
}

/** Reads what `ssh -G` prints; what differs from the answer without any configuration was set by somebody. */
export function optionsFromSsh(host: string, answer: string, plain: string): HostOptions {
  const [values, usual] = [valuesIn(answer), valuesIn(plain)]
  const set = [...values.keys()].filter(
    (keyword) =>
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

type Said =
  | { readonly kind: 'said'; readonly text: string; readonly complaints: string; readonly status: number }
  | { readonly kind: 'missing' | 'late' }

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
        resolve({ kind: 'late' })
      }),
      answerLimit,
    )
    signal.addEventListener('abort', abort)
    const missing = end(() => {
      resolve({ kind: 'missing' })
    })
    // A process group of its own, so that a command of `Match exec` ends with it.
    const options: SpawnOptions = { detached: true, stdio: ['ignore', 'pipe', 'pipe'] }
    const child = startProcess('ssh', args, options, missing)
    child?.stdout?.setEncoding('utf8').on('data', (part: string) => {
      text = (text + part).slice(0, longestAnswer)
    })
    child?.stderr?.setEncoding('utf8').on('data', (part: string) => {
      complaints = (complaints + part).slice(0, 2000)
    })
    child?.once('close', (status) => {
      end(() => {
        resolve({ kind: 'said', text, complaints, status: status ?? 255 })
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
