import { outputOf } from '../transport/transport'
import type { HostFiles } from './host-files'

// The data root comes as the only line of standard input.
const readScript = `
IFS= read -r root || exit 3
file="$root/overlay/.has-mount-program"
if [ -f "$file" ] && [ ! -h "$file" ]; then exec head -c 100 "$file"; fi
`

/**
 * Whether Podman's driver `overlay` mounts by a program (fuse-overlayfs) and not by the kernel. Podman answers Docker's requests
 * without saying so; its store keeps it in a file (containers/storage, drivers/overlay, mountProgramFlagFile).
 * @throws FailureError `command-failed`
 */
export async function hasMountProgram(
  { transport, elevated }: HostFiles,
  dataRoot: string,
  signal: AbortSignal,
): Promise<boolean> {
  const command = { script: readScript, input: Buffer.from(`${dataRoot}\n`), elevated }
  return (await outputOf(transport, command, signal, 1000)).toString('latin1').trim() === 'true'
}
