import { readdirSync, readFileSync } from 'node:fs'
import { outputOf, type Transport } from '../../../electron/transport/transport'
import { eventually } from '../wait'

/**
 * Nobody reads what the kernel asks of the file system's server, so that whoever asks for anything in it waits until he is killed. It is there as
 * long as the process that holds the device.
 */
const mountScript = `IFS= read -r place
export place
setsid sh -c 'exec 3<>/dev/fuse
mount -i -t fuse -o fd=3,rootmode=40755,user_id=0,group_id=0,allow_other hanging "$place"
exec sleep infinity' </dev/null >/dev/null 2>&1 &`

const lookScript = 'cat /proc/self/mountinfo'

/** Mounts a file system that never answers over a directory, in the mount namespace of a host where the transport is root; it goes with its processes. */
export async function hangFileSystem(transport: Transport, directory: string): Promise<void> {
  const { signal } = new AbortController()
  const input = Buffer.from(`${directory}\n`)
  await outputOf(transport, { name: 'a test', script: mountScript, input }, signal)
  const isMounted = async () => {
    const mounts = await outputOf(transport, { name: 'a test', script: lookScript }, signal)
    return mounts.toString('utf8').includes(` ${directory} rw`)
  }
  await eventually(isMounted, { what: 'the file system to be mounted' })
}

/** The processes of this machine that wait for a file system of this kind, as it numbers them. */
export function waitingForFileSystem(): string[] {
  return readdirSync('/proc').filter(
    (pid) => of(pid, 'wchan').startsWith('fuse_') && of(pid, 'mountinfo').includes(' - fuse hanging '),
  )
}

/** Empty for a process that has ended. */
function of(pid: string, file: string): string {
  try {
    return /^\d+$/.test(pid) ? readFileSync(`/proc/${pid}/${file}`, 'latin1') : ''
  } catch {
    return ''
  }
}
