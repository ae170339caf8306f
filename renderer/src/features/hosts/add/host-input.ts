import type { OperationInput } from '../../../../../electron/contract/contract'

/** What a person may say about a host beside its address; empty texts say nothing. */
export interface HostOptions {
  name: string
  identityFile: string
  knownHostsFile: string
  /** Path of the engine's socket, which becomes part of the address. */
  socket: string
  legacyAlgorithms: boolean
}

export const emptyOptions: Readonly<HostOptions> = {
  name: '',
  identityFile: '',
  knownHostsFile: '',
  socket: '',
  legacyAlgorithms: false,
}

/** The operation's input: `host` is the whole address, and only what was said goes with it. */
export function hostInput(host: string, options: HostOptions): OperationInput<'hosts.add'> {
  const texts = ['name', 'identityFile', 'knownHostsFile'] as const
  const said = texts.map((key) => [key, options[key].trim()]).filter(([, text]) => text !== '')
  return {
    host,
    ...Object.fromEntries(said),
    ...(options.legacyAlgorithms && { legacyAlgorithms: true }),
  }
}
