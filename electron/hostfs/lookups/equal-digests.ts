import { nulRecords, type HostFiles } from '../host/host-files'
import { withoutLimit } from '../commands/long-paths'
import { textLines } from '../commands/text-lines'

/** Two regular files of the host by absolute path (bytes), and the size that both have. */
export interface FilePair {
  readonly left: string
  readonly right: string
  readonly size: number
}

/** Bytes that are read on the host for one comparison; what is more than that stays unknown. */
export const mostBytesCompared = 8 * 1024 ** 3

/** Bytes from which a file is read by a command of its own. */
const large = 1024 * 1024

/**
 * What was a regular file when find looked is opened a moment later, because a container may be putting other things in its
 * place: so small files go few at a time and large ones alone. What is no file, is gone or cannot be read has no line, and xargs
 * ends with 123.
 */
const smallFiles = `exec xargs -0 -r -n 64 sh -c 'find "$@" -maxdepth 0 -type f -exec sha256sum -- {} + 2>/dev/null' sh`
const largeFiles = `exec xargs -0 -r -n 64 sh -c 'find "$@" -maxdepth 0 -type f -exec sha256sum -- {} ";" 2>/dev/null' sh`
const someMissing = 123

/**
 * GNU's tool escapes a name with one of these in it, others write it as it is. Such a file is read from standard input and named by its number;
 * each argument is NUMBER/PATH.
 */
const unprintable = /[\\\n\r]/
const numberedFiles = `exec xargs -0 -r -n 64 sh -c 'for file; do
  path=\${file#*/}
  [ -f "$path" ] && [ ! -h "$path" ] && sum=$(sha256sum <"$path") && echo "\${sum%% *}  \${file%%/*}"
done
true' sh 2>/dev/null`

/** A digest, a space, a space or a star, the path or number. */
const line = /^([0-9a-f]{64}) [ *](.*)$/

/**
 * Whether the files of each pair have the same content, as far as it can be told: `undefined` for what is beyond the limit,
 * or could not be read.
 */
export async function equalDigests(
  host: HostFiles,
  pairs: readonly FilePair[],
  limit: number,
  signal: AbortSignal,
): Promise<(boolean | undefined)[]> {
  let left = limit
  const wanted = { small: new Set<string>(), large: new Set<string>() }
  for (const pair of pairs) {
    if (pair.size * 2 > left) continue
    left -= pair.size * 2
    wanted[pair.size < large ? 'small' : 'large'].add(pair.left).add(pair.right)
  }
  const digests = new Map([
    ...(await digestsOf(host, smallFiles, wanted.small, signal)),
    ...(await digestsOf(host, largeFiles, wanted.large, signal)),
  ])
  return pairs.map((pair) => {
    const [one, other] = [digests.get(pair.left), digests.get(pair.right)]
    return one === undefined || other === undefined ? undefined : one === other
  })
}

/** Files for a script, and which one each name in its output means. */
interface Digesting {
  readonly script: string
  readonly records: readonly string[]
  readonly pathOf: ReadonlyMap<string, string>
}

async function digestsOf(
  host: HostFiles,
  script: string,
  paths: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<Map<string, string>> {
  const [plain, others]: [string[], string[]] = [[], []]
  for (const path of paths) (unprintable.test(path) ? others : plain).push(path)
  return new Map([
    ...(await withoutLimit(host, plain, (near, some) => {
      const pathOf = new Map(some.map((path) => [path, path]))
      return printed(near, { script, records: some, pathOf }, signal)
    })),
    ...(await withoutLimit(host, others, (near, some) => {
      const records = some.map((path, at) => `${String(at)}/${path}`)
      const pathOf = new Map(some.map((path, at) => [String(at), path]))
      return printed(near, { script: numberedFiles, records, pathOf }, signal)
    })),
  ])
}

/** What the tool says of the files in `records`, by the paths that they are named by. */
async function printed(
  { transport, elevated }: HostFiles,
  { script, records, pathOf }: Digesting,
  signal: AbortSignal,
): Promise<Map<string, string>> {
  const digests = new Map<string, string>()
  if (records.length === 0) return digests
  const command = {
    name: 'comparing files by digests',
    silence: 'long' as const,
    script,
    input: nulRecords(records),
    elevated,
    accepts: [someMissing],
  }
  const said = textLines(transport.run(command, signal), records.length, command)
  for await (const one of said) {
    const [, digest, name = ''] = line.exec(one) ?? []
    const path = pathOf.get(name)
    if (digest !== undefined && path !== undefined) digests.set(path, digest)
  }
  return digests
}
