import type { LaminaEvent } from '../../contract/events'
import type { HostSession } from '../../session/host/host-session'
import type { Journal } from '../../storage/journal'
import type { OwnLog } from '../../storage/logs/own-log'
import type { PartFiles } from '../../storage/files/part-files'
import type { SettingsFile } from '../../storage/settings'
import type { StorageNotices } from '../../storage/files/storage-notices'
import type { HostRegistry } from '../connections/host-registry'
import type { HostWatches } from '../connections/host-watches'
import type { LogEntries } from '../logs/log-entries'
import type { Listings } from '../listings/listings'
import type { LostWalks } from '../listings/lost-entries-cache'
import type { MemoryReturn } from '../listings/memory-return'
import type { Prompts } from '../connections/prompts'
import type { SecretStore } from '../../storage/secrets'

/** `overwrite` says that the person was asked about what is there. */
export interface ChosenFile {
  readonly file: string
  readonly overwrite: boolean
}

/** A file's name is a suggestion. */
export type ChooseFile = (suggestedName: string, signal: AbortSignal) => Promise<ChosenFile | undefined>

/** Shows a file of Lamina's own in its folder. */
export type ShowFile = (file: string) => Promise<void>

/** What every handler may use. */
export interface Context {
  readonly hosts: HostRegistry
  readonly watches: HostWatches
  readonly prompts: Prompts
  readonly secrets: SecretStore | undefined
  readonly settings: SettingsFile
  readonly journal: Journal
  readonly notices: StorageNotices
  readonly parts: PartFiles
  readonly listings: Listings
  readonly memory: MemoryReturn
  readonly lostWalks: LostWalks
  /** Environment variables: where the user's files are, and `DOCKER_HOST`. */
  readonly env: NodeJS.ProcessEnv
  /** Asks the person at the window where to save a file; nothing where they chose none. Absent without a window. */
  readonly chooseFile: ChooseFile | undefined
  /** Absent without a window. */
  readonly showFile: ShowFile | undefined
  readonly log: OwnLog
  readonly logEntries: LogEntries
  /** Whether any operation may connect a host and ask for it, and not `hosts.connect` alone. */
  readonly opensOnDemand: boolean
  /** Snapshots that this process is at work on. */
  readonly activeSnapshots: Set<string>
  /** Undoings that this process is at work on. */
  readonly activeUndos: Set<symbol>
  readonly emit: (event: LaminaEvent) => void
}

/**
 * The session of a host, which connects when it is first used.
 * @throws FailureError `unknown-host`, and what `HostSession.open` throws where hosts are opened on demand
 */
export async function sessionOf(context: Context, hostId: string, signal: AbortSignal): Promise<HostSession> {
  if (!context.opensOnDemand) return await context.hosts.session(hostId)
  const last = context.hosts.lastSession(hostId)
  const session = last?.isClosed === false ? last : await context.hosts.sessionToConnect(hostId)
  // Where nobody can be asked the host opens by itself when it is used, and fails without being tried each time.
  const ask = context.prompts.asker(session.hostId)
  if (ask !== undefined) await session.open(ask, signal)
  return session
}
