import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'

/** A folder of `dataDir` for TMPDIR: Chromium leaves the socket of its single instance behind when it is killed. */
export async function chromiumTemporary(dataDir: string): Promise<string> {
  const folder = join(dataDir, 'tmp')
  await mkdir(folder, { recursive: true })
  return folder
}
