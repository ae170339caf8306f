import { debianFolder } from '../engines/debian/debian-folder'

/** Vitest calls this once: both Debian folders are made at once where they are not there yet, which takes as long as one. */
export async function setup(): Promise<void> {
  await Promise.all([debianFolder('bookworm'), debianFolder('trixie')])
}
