import { chmodSync, copyFileSync } from 'node:fs'
import { join } from 'node:path'

/** The display's key copied to where another user may read it, as the environment variable that names it. */
export function readableXauthority(folder: string): Record<string, string> {
  const own = process.env.XAUTHORITY
  if (own === undefined) return {}
  const copy = join(folder, 'Xauthority')
  copyFileSync(own, copy)
  chmodSync(copy, 0o644)
  return { XAUTHORITY: copy }
}
