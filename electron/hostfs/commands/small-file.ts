import { outputOf } from '../../transport/transport'
import type { HostFiles } from '../host/host-files'

/** The file's name comes as the only line of standard input. What is no file or not there is an empty answer. */
const readScript = `
IFS= read -r file && [ -f "$file" ] || exit 0
exec head -c 4194304 "$file"
`

/**
 * The first 4 MiB of a file of the engine's on the host; nothing where there is no such file.
 * @throws FailureError `command-failed`
 */
export async function readSmallFile(
  { transport, elevated }: HostFiles,
  file: string,
  signal: AbortSignal,
): Promise<string> {
  const input = Buffer.from(`${file}\n`)
  const said = await outputOf(
    transport,
    { name: 'reading what the engine keeps of a container', script: readScript, input, elevated },
    signal,
  )
  return said.toString('utf8')
}
