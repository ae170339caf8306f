import { spawn } from 'node:child_process'
import type { Launch } from '../running/launch-arguments'

/** Opens Lamina and resolves when its window is closed, or when the signal ends it. Throws when it cannot start. */
export async function openByHand({ executablePath, args, env }: Launch, signal: AbortSignal): Promise<void> {
  const child = spawn(executablePath, args, { env, stdio: 'inherit' })
  signal.addEventListener('abort', () => child.kill(), { once: true })
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', () => resolve())
  })
}
