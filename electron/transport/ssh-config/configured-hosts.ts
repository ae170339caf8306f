import { isFailure } from '../../core/base/failure'
import type { SshEnvironment } from './hop-settings'
import { configFiles, readConfigFile } from './files/config-files'
import type { ConfigLine } from './files/config-line'

export interface ConfiguredHosts {
  /** Names without patterns, in the order of the files, each once. */
  readonly hosts: readonly { readonly name: string }[]
  /** Why something could not be read, a sentence each. */
  readonly warnings: readonly string[]
}

/** The hosts that the user's ssh_config and what it includes name with `Host`, without patterns and negations. */
export async function listConfiguredHosts(environment: SshEnvironment): Promise<ConfiguredHosts> {
  const [file] = configFiles(environment)
  if (file === undefined) return { hosts: [], warnings: [] }
  try {
    const named = [...namesIn(await readConfigFile(file))]
    const readable = named.filter(({ name }) => !isBroken(name)).map(({ name }) => name)
    return {
      hosts: [...new Set(readable)].map((name) => ({ name })),
      warnings: named
        .filter(({ name }) => isBroken(name))
        .map(({ place }) => `A Host in ${place} is no text in UTF-8 and was left out.`),
    }
  } catch (error) {
    if (!isFailure(error)) throw error
    return { hosts: [], warnings: [error.failure.message] }
  }
}

/** Whether a name has what stands in the place of bytes that are no UTF-8. */
function isBroken(name: string): boolean {
  return name.includes('\ufffd')
}

function* namesIn(
  lines: readonly ConfigLine[],
): Generator<{ readonly name: string; readonly place: string }> {
  for (const { keyword, words = [], place, included = [] } of lines) {
    if (keyword === 'host') for (const name of words) if (!/^!|[*?]/.test(name)) yield { name, place }
    for (const file of included) yield* namesIn(file)
  }
}
