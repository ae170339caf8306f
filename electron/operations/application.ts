import { setMaxListeners } from 'node:events'
import { isOperationName, operations, type OperationName } from '../contract/contract'
import type { LaminaEvent } from '../contract/events'
import { failureIn, FailureError, type Failure, type Result } from '../core/base/failure'
import type { SshAddress } from '../core/hosts/ssh-address'
import { removeLeftFolders } from '../machine/temporary-folder'
import { type CommandLimits, localEngine, localHost, type StartCommand } from '../session/host/local-host'
import { homeOf, type SshOverrides } from '../session/host/ssh-environment'
import { currentDockerContext, dockerFolder } from '../storage/docker-contexts'
import { HostsFile } from '../storage/hosts'
import { Journal } from '../storage/journal'
import { removeUnfinished } from '../storage/files/left-files'
import { PartFiles } from '../storage/files/part-files'
import { OwnLog } from '../storage/logs/own-log'
import { SettingsFile } from '../storage/settings'
import { type StorageNotice, StorageNotices } from '../storage/files/storage-notices'
import type { ChooseFile, Context, ShowFile } from './context/context'
import type { Handler } from './context/handler'
import { handlers } from './handlers'
import { HostRegistry } from './connections/host-registry'
import { HostWatches } from './connections/host-watches'
import { Listings } from './listings/listings'
import { LogEntries } from './logs/log-entries'
import { LostWalks } from './listings/lost-entries-cache'
import { MemoryReturn } from './listings/memory-return'
import { Prompts } from './connections/prompts'
import type { SecretStore } from '../storage/secrets'

/** The whole application without a window: what the window, the command line and the tests talk to. */
export interface Lamina {
  /** Checks the input, does the operation, and gives its value or a failure; never throws. */
  call(operation: string, input: unknown, options?: { signal?: AbortSignal }): Promise<Result<unknown>>
  /** Tells every event until the returned function is called. */
  on(listener: (event: LaminaEvent) => void): () => void
  /** Names of operations under way that should not be cut off. */
  busy(): Promise<readonly OperationName[]>
  /** Has a person told what somebody else found out about a file of Lamina's own. */
  notice(notice: StorageNotice): void
  /** Ends listings, watches and connections. */
  close(): Promise<void>
}

export interface LaminaOptions {
  /** Where settings, hosts and the journal are kept. */
  readonly dataDir: string
  /** Names the local engine (`DOCKER_HOST`), the agent (`SSH_AUTH_SOCK`) and the user's folder (`HOME`). */
  readonly env: NodeJS.ProcessEnv
  /** Whether somebody listens to `prompt.asked`; what needs a person fails with `prompt-required` otherwise. */
  readonly interactive?: boolean
  /** Lets every operation connect its host and ask for that, as a command line does. */
  readonly opensOnDemand?: boolean
  /** Where passphrases and passwords may be remembered. */
  readonly secrets?: SecretStore
  /** A window's way to ask where to save a file. */
  readonly chooseFile?: ChooseFile
  /** A window's way to show a file in its folder. */
  readonly showFile?: ShowFile
  /** Where what goes wrong is written; only errors that nobody expected, and to the console, otherwise. */
  readonly log?: OwnLog
  /** How commands are started on this machine, where not from this process itself. */
  readonly startCommand?: StartCommand
  /** Other limits of commands on hosts than the usual ones. */
  readonly commandLimits?: Partial<CommandLimits>
}

/** Opens the application; nothing is connected before it is asked for. */
export function createLamina(options: LaminaOptions): Lamina {
  const {
    dataDir,
    env,
    interactive = true,
    opensOnDemand = false,
    secrets,
    chooseFile,
    showFile,
    log = new OwnLog({ part: 'lamina' }),
    startCommand,
    commandLimits = {},
  } = options
  const listeners = new Set<(event: LaminaEvent) => void>()
  const emit = (event: LaminaEvent) => {
    for (const listener of listeners) listener(event)
  }
  const commands = { start: startCommand, limits: commandLimits }
  const makeSession = {
    local: () => localHost(env, commands, () => currentDockerContext(env, dockerFolder(env, homeOf(env)))),
    engine: (hostId: string, socketPath: string) => localEngine(hostId, socketPath, commands),
    // Loaded with the first host: a sixth of the time that a small call takes goes into SSH otherwise.
    ssh: async (address: SshAddress, overrides: SshOverrides) =>
      (await import('../session/host/ssh-host')).sshHost(address, overrides, env, commandLimits),
  }
  const notices = new StorageNotices((notice) => {
    emit({ name: 'storage.noticed', payload: notice })
  })
  const notify = notices.add
  const parts = new PartFiles(dataDir)
  const swept = Promise.all([parts.removeLeft(), removeUnfinished(dataDir), removeLeftFolders()])
  const hosts = new HostRegistry(new HostsFile(dataDir, notify), makeSession, () => {
    emit({ name: 'hosts.changed', payload: {} })
  })
  const entries = new LogEntries(log, dataDir)
  const memory = new MemoryReturn()
  const context: Context = {
    hosts,
    watches: new HostWatches(emit, log),
    prompts: new Prompts(emit, { interactive, secrets, log }),
    secrets,
    settings: new SettingsFile(dataDir, { notify }),
    journal: new Journal(dataDir, notify),
    notices,
    parts,
    listings: new Listings((nodes) => {
      memory.gaveUp(nodes)
    }),
    memory,
    lostWalks: new LostWalks(),
    env,
    chooseFile,
    showFile,
    log,
    logEntries: entries,
    opensOnDemand,
    activeSnapshots: new Set(),
    activeUndos: new Set(),
    emit,
  }
  listeners.add((event) => {
    context.listings.hear(event)
    entries.hear(event)
  })
  return {
    async call(operation, input, { signal = new AbortController().signal } = {}) {
      const began = performance.now()
      const result = await answer(context, operation, input, signal)
      if (!result.ok) entries.addFailure(operation, input, result.failure, performance.now() - began)
      return result
    },
    on(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    busy: () =>
      Promise.resolve([
        ...(context.activeSnapshots.size > 0 ? (['snapshots.commit'] as const) : []),
        ...(context.activeUndos.size > 0 ? (['undo.apply'] as const) : []),
      ]),
    notice: notify,
    async close() {
      context.listings.closeAll()
      memory.close()
      context.prompts.close()
      const watchesEnded = context.watches.stop()
      await hosts.close()
      await watchesEnded
      await swept
    },
  }
}

async function answer(
  context: Context,
  name: string,
  input: unknown,
  signal: AbortSignal,
): Promise<Result<unknown>> {
  if (!isOperationName(name)) {
    const message = `There is no operation "${name}".`
    return { ok: false, failure: { kind: 'unknown-operation', message, remedy: 'See: lamina operations' } }
  }
  const parsed = operations[name].input.safeParse(input)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    const place = issue === undefined || issue.path.length === 0 ? 'input' : issue.path.join('.')
    return {
      ok: false,
      failure: { kind: 'invalid-input', message: `${name}: ${place}: ${issue?.message ?? 'invalid'}` },
    }
  }
  // One call may lead to any number of requests and commands at once.
  setMaxListeners(0, signal)
  try {
    // The table pairs each name with the handler of its own input; TypeScript cannot follow a name chosen at run time.
    const handler = handlers[name] as Handler<OperationName>
    return { ok: true, value: await handler(context, parsed.data, signal) }
  } catch (error) {
    return { ok: false, failure: failureOf(name, error, signal) }
  }
}

function failureOf(name: string, error: unknown, signal: AbortSignal): Failure {
  if (signal.aborted && !(error instanceof FailureError))
    return { kind: 'cancelled', message: `${name} was cancelled.` }
  return failureIn(error, (message) => `${name} failed in a way that was not expected: ${message}`)
}
