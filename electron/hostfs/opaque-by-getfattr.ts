import { failed } from '../core/failure'
import { nulRecords, type HostFiles } from './host-files'

// A directory without the attribute is complained about with status 1, which xargs makes 123.
const getfattrScript = `exec xargs -0 -r getfattr --absolute-names --no-dereference --name=trusted.overlay.opaque -- 2>/dev/null`
const someWithout = [123]

const heading = '# file: '
const opaqueLine = 'trusted.overlay.opaque="y"'

/** Opaque directories where there is no GNU tar, but getfattr (package attr). */
export async function opaqueByGetfattr(
  { transport, elevated }: HostFiles,
  directories: readonly string[],
  signal: AbortSignal,
): Promise<Set<string>> {
  const command = { script: getfattrScript, input: nulRecords(directories), elevated, accepts: someWithout }
  const parts: Buffer[] = []
  for await (const part of transport.run(command, signal)) parts.push(part)
  return opaqueNamed(Buffer.concat(parts).toString('latin1'), new Set(directories))
}

/**
 * Reads what getfattr prints: a heading with the path, a line for the attribute, an empty line. In paths, bytes that would
 * break a line are written as a backslash and three octal digits, the backslash too.
 * @throws FailureError `command-failed` for a path that was not asked about
 */
export function opaqueNamed(output: string, asked: ReadonlySet<string>): Set<string> {
  const opaque = new Set<string>()
  let path: string | undefined
  for (const line of output.split('\n')) {
    if (line.startsWith(heading)) {
      path = line
        .slice(heading.length)
        .replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(parseInt(digits, 8)))
      if (!asked.has(path))
        throw failed('command-failed', 'The list of directory attributes from the host is not well formed.')
    } else if (line === opaqueLine && path !== undefined) opaque.add(path)
  }
  return opaque
}
