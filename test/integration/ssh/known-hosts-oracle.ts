import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { hashOfName } from '../../../electron/transport/ssh/known-hosts/known-hosts-line'

/** Standard output and error of a command, whatever it ends with. */
export function said(command: string, ...args: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    execFile(command, args, { encoding: 'latin1' }, (_error, stdout, stderr) => {
      resolve(stdout + stderr)
    })
  })
}

/** A name as a hashed line of known_hosts has it, with a salt of its own. */
export function hashed(name: string): string {
  const salt = randomBytes(20)
  return `|1|${salt.toString('base64')}|${hashOfName(name, salt).toString('base64')}`
}
