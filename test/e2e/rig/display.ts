import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'

let started: Promise<string> | undefined

/**
 * The variables of a virtual display that the windows of one file have for themselves, so that nobody else's window takes the clipboard or
 * the focus, and none comes up before whoever runs the tests. It is started once in a process and ends with it.
 */
export async function ownDisplay(): Promise<NodeJS.ProcessEnv> {
  return { DISPLAY: await (started ??= startDisplay()), WAYLAND_DISPLAY: undefined, XAUTHORITY: undefined }
}

async function startDisplay(): Promise<string> {
  // It takes the first number that is free, and writes it where it is told to.
  const words = ['Xvfb', '-displayfd', '3', '-screen', '0', '1600x1000x24', '-nolisten', 'tcp']
  const server = spawn('setpriv', ['--pdeathsig', 'TERM', '--', ...words], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  })
  const lines = createInterface({ input: server.stdio[3] as Readable })
  const [number] = (await Promise.race([once(lines, 'line'), once(server, 'close').then(() => [''])])) as [
    string,
  ]
  if (number === '') throw new Error('No virtual display could be started (Debian package xvfb).')
  return `:${number}`
}
