import { isFailure } from '../../../core/failure'
import type { SshEnvironment } from '../hop-settings'
import { configFiles, readConfigFile } from './config-files'
import type { ConfigLine } from './config-line'

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
    const names = [...namesIn(await readConfigFile(file))]
    return { hosts: [...new Set(names)].map((name) => ({ name })), warnings: [] }
  } catch (error) {
    if (!isFailure(error)) throw error
    return { hosts: [], warnings: [error.failure.message] }
  }
}

function* namesIn(lines: readonly ConfigLine[]): Generator<string> {
  for (const line of lines) {
    if (line.keyword === 'host') for (const word of line.words ?? []) if (!/[*?!]/.test(word)) yield word
    for (const file of line.included ?? []) yield* namesIn(file)
  }
}
