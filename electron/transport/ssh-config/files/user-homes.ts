import type { SpawnOptions } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { startProcess } from '../../start-process'

/** Milliseconds for the system's list of users, which may be on another machine. */
const answerLimit = 5000
const longestAnswer = 64 * 1024

/**
 * The home folders of the users that paths begin with (`~name/…`), by name; one who is not in the system's list of users is absent. The
 * list is asked as OpenSSH asks it (misc.c, tilde_expand), so that users of a directory service count.
 */
export async function homesNamedIn(paths: Iterable<string>): Promise<ReadonlyMap<string, string>> {
  // No name in that list holds a colon or a control character.
  const names = new Set([...paths].flatMap((path) => /^~([^/:\p{Cc}]+)(?:\/|$)/u.exec(path)?.[1] ?? []))
  const homes = new Map<string, string>()
  for (const name of names) {
    const home = homeIn(await localUsers(), name) ?? homeIn(await systemUser(name), name)
    if (home !== undefined) homes.set(name, home)
  }
  return homes
}

/** The sixth field of a user's line in passwd(5). */
function homeIn(users: string, name: string): string | undefined {
  const line = users.split('\n').find((one) => one.startsWith(`${name}:`))
  return line?.split(':')[5]
}

async function localUsers(): Promise<string> {
  return await readFile('/etc/passwd', 'utf8').catch(() => '')
}

/** What getent(1) says; nothing where there is none, or it does not answer in time. */
function systemUser(name: string): Promise<string> {
  return new Promise((resolve) => {
    let text = ''
    const end = () => {
      clearTimeout(timer)
      resolve(text)
    }
    const timer = setTimeout(() => {
      child?.kill('SIGKILL')
      end()
    }, answerLimit)
    const options: SpawnOptions = { stdio: ['ignore', 'pipe', 'ignore'] }
    const child = startProcess('getent', ['--', 'passwd', name], options, end)
    child?.stdout?.setEncoding('utf8').on('data', (part: string) => {
      text = (text + part).slice(0, longestAnswer)
    })
    child?.once('close', end)
  })
}
