import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { repository } from '../repository'

/** How many rows an engine is to list, a thousand to a directory. */
export interface LongChanges {
  readonly rows: number
  /** Characters that the name of each file is longer than it need be. */
  readonly padding: number
}

/** Opens a socket in front of an engine's, behind which every container has so many changes. The rest passes through unchanged. */
export async function longChangesProxy(
  socketPath: string,
  { rows, padding }: LongChanges,
): Promise<{ readonly dockerHost: string; close(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'lamina-long-changes-'))
  const own = join(folder, 'docker.sock')
  const script = join(import.meta.dirname, 'long-changes-child.ts')
  const args = ['--import', 'tsx', script, own, socketPath, String(rows), String(padding)]
  const child = spawn(process.execPath, args, { cwd: repository, stdio: ['pipe', 'pipe', 'inherit'] })
  const exit = once(child, 'exit')
  const close = async (): Promise<void> => {
    child.stdin.end()
    await exit
    await rm(folder, { recursive: true, force: true })
  }
  const first = await Promise.race([once(child.stdout, 'data'), exit.then(() => undefined)])
  if (first === undefined) {
    await close()
    throw new Error('The proxy with the long list of changes ended')
  }
  return { dockerHost: `unix://${own}`, close }
}

/** Rows with the directories that lead to them, each of which is a row too. */
export function rowsWithDirectories(rows: number): number {
  return rows + Math.ceil(rows / 1000) + 1
}
