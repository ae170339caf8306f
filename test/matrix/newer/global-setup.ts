import { debianFolder } from '../../engines/debian/debian-folder'

/** Vitest calls this once: the folder is made before the first test waits for it. */
export async function setup(): Promise<void> {
  await debianFolder('testing')
}
