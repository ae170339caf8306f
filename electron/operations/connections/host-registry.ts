import { failed } from '../../core/base/failure'
import { socketPathIn } from '../../core/hosts/socket-address'
import { parseSshAddress, usualSpelling, type SshAddress } from '../../core/hosts/ssh-address'
import type { OperationOutput } from '../../contract/contract'
import type { HostSession } from '../../session/host/host-session'
import { localHostId } from '../../session/host/local-host'
import type { SshOverrides } from '../../session/host/ssh-environment'
import type { HostsFile, SavedHost } from '../../storage/hosts'
import { shownAddress, wordsOf } from './host-address'

export type KnownHost = OperationOutput<'hosts.list'>[number]

/** How sessions are made; nothing is connected by that. */
export interface SessionMaker {
  local(): HostSession
  /** Another engine of this machine. */
  engine(hostId: string, socketPath: string): HostSession
  ssh(address: SshAddress, overrides: SshOverrides): Promise<HostSession>
}

interface Made {
  readonly session: HostSession
  readonly overrides: SshOverrides
}

/** The hosts that are known, by their ids, and the session of each that was used. This machine is always there. */
export class HostRegistry {
  readonly #file: HostsFile
  readonly #make: SessionMaker
  readonly #changed: () => void
  readonly #made = new Map<string, Made>()
  /** Known to this process only; with a name where they could not be kept. */
  readonly #unsaved = new Map<string, SshOverrides & { readonly name?: string }>()
  /** Not to be taken up again because some view still asks for them. */
  readonly #removed = new Set<string>()

  /** `changed` is told when the list is another one. */
  constructor(file: HostsFile, make: SessionMaker, changed: () => void) {
    this.#file = file
    this.#make = make
    this.#changed = changed
    this.#made.set(localHostId, { session: make.local(), overrides: {} })
  }

  /** This machine, saved hosts in their order, then those of this process. */
  async list(): Promise<KnownHost[]> {
    const saved = await this.#file.read()
    const isSaved = new Set(saved.map(({ hostId }) => hostId))
    const unsaved = [...this.#unsaved].filter(([hostId]) => !isSaved.has(hostId))
    return [
      { hostId: localHostId, kind: 'local', name: localHostId, saved: false },
      ...saved.map((host) => ({ ...host, kind: kindOf(host.hostId), saved: true })),
      ...unsaved.map(([hostId, known]) => {
        const name = socketPathIn(hostId) ?? addressIn(hostId)?.host ?? hostId
        return { hostId, kind: kindOf(hostId), name, ...known, saved: false }
      }),
    ]
  }

  /**
   * The session of a host: the one that was made last, even if it was disconnected since. An id that is nobody's and is
   * an address becomes a host of this process.
   * @throws FailureError `unknown-host`
   */
  async session(hostId: string): Promise<HostSession> {
    const id = usualSpelling(hostId)
    const made = this.#made.get(id)
    return made?.session ?? (await this.#sessionFor(id, undefined))
  }

  /**
   * The session to connect a host with: another one than the last where that was closed, or was made for other choices.
   * `choices` are for this process and go before what is saved.
   * @throws FailureError `unknown-host`
   */
  async sessionToConnect(hostId: string, choices?: SshOverrides): Promise<HostSession> {
    const id = usualSpelling(hostId)
    if (choices !== undefined) this.#removed.delete(id)
    return await this.#sessionFor(id, choices)
  }

  /** The session that was made last, if any; makes none. */
  lastSession(hostId: string): HostSession | undefined {
    return this.#made.get(usualSpelling(hostId))?.session
  }

  /**
   * The session that was made last and was not closed; connects nothing, so that a person who disconnected a host is not overruled.
   * @throws FailureError `connection-lost`
   */
  openedSession(hostId: string): HostSession {
    const last = this.lastSession(hostId)
    if (last?.isClosed === false) return last
    throw failed('connection-lost', 'This host was disconnected.', 'Connect it again.')
  }

  /** Whether the session that was made for a host has other choices. */
  differs(hostId: string, choices: SshOverrides): boolean {
    const made = this.#made.get(hostId)
    return made !== undefined && !isSame(made.overrides, choices)
  }

  /** Keeps a host; where that is not possible it holds for this process, and is said. */
  async save(host: SavedHost): Promise<void> {
    const { hostId, name } = host
    if (await this.#file.put(host)) this.#unsaved.delete(hostId)
    else this.#unsaved.set(hostId, { name, ...overridesIn(host) })
    this.#removed.delete(host.hostId)
    this.#changed()
  }

  /** Forgets a host, whose session is closed by then. */
  async remove(hostId: string): Promise<void> {
    await this.#file.remove(hostId)
    this.#unsaved.delete(hostId)
    this.#made.delete(hostId)
    this.#removed.add(hostId)
    this.#changed()
  }

  async close(): Promise<void> {
    await Promise.all([...this.#made.values()].map(({ session }) => session.close()))
  }

  async #sessionFor(id: string, choices: SshOverrides | undefined): Promise<HostSession> {
    const overrides = choices ?? (await this.#overridesOf(id))
    const last = this.#usable(id, overrides)
    if (last !== undefined) return last
    const session = await this.#newSession(id, overrides)
    // Somebody else may have been faster.
    const other = this.#usable(id, overrides)
    if (other !== undefined) return other
    const before = this.#made.get(id)?.session
    this.#made.set(id, { session, overrides })
    await before?.close()
    if (id !== localHostId) await this.#takeUp(id, overrides)
    return session
  }

  async #newSession(id: string, overrides: SshOverrides): Promise<HostSession> {
    if (id === localHostId) return this.#make.local()
    const socketPath = socketPathIn(id)
    if (socketPath !== undefined) return this.#make.engine(id, socketPath)
    return await this.#make.ssh(knownAddress(id), overrides)
  }

  #usable(id: string, overrides: SshOverrides): HostSession | undefined {
    const made = this.#made.get(id)
    return made !== undefined && !made.session.isClosed && isSame(made.overrides, overrides)
      ? made.session
      : undefined
  }

  async #overridesOf(id: string): Promise<SshOverrides> {
    if (id === localHostId) return {}
    const saved = (await this.#file.read()).find(({ hostId }) => hostId === id)
    if (saved !== undefined) return overridesIn(saved)
    const unsaved = this.#unsaved.get(id)
    if (unsaved !== undefined) return overridesIn(unsaved)
    const isAddress = addressIn(id) !== undefined || socketPathIn(id) !== undefined
    if (this.#removed.has(id) || !isAddress) throw unknownHost(id)
    return {}
  }

  async #takeUp(id: string, overrides: SshOverrides): Promise<void> {
    const isNew = !this.#unsaved.has(id) && !(await this.#file.read()).some(({ hostId }) => hostId === id)
    if (!isNew && !this.#unsaved.has(id)) return
    this.#unsaved.set(id, overrides)
    if (isNew) this.#changed()
  }
}

/** What was chosen for a host, without keys that have no value. */
export function overridesIn(choices: {
  readonly identityFile?: string | undefined
  readonly knownHostsFile?: string | undefined
  readonly legacyAlgorithms?: boolean | undefined
}): SshOverrides {
  const { identityFile, knownHostsFile, legacyAlgorithms } = choices
  return {
    ...(identityFile === undefined ? {} : { identityFile }),
    ...(knownHostsFile === undefined ? {} : { knownHostsFile }),
    ...(legacyAlgorithms === undefined ? {} : { legacyAlgorithms }),
  }
}

function isSame(a: SshOverrides, b: SshOverrides): boolean {
  return (
    a.identityFile === b.identityFile &&
    a.knownHostsFile === b.knownHostsFile &&
    (a.legacyAlgorithms ?? false) === (b.legacyAlgorithms ?? false)
  )
}

function kindOf(hostId: string): KnownHost['kind'] {
  return socketPathIn(hostId) === undefined ? 'ssh' : 'local'
}

/** Only whole addresses are ids: a bare word is more likely a mistake. */
function addressIn(hostId: string): SshAddress | undefined {
  if (!hostId.startsWith('ssh://')) return undefined
  const parsed = parseSshAddress(hostId)
  return parsed.ok ? parsed.address : undefined
}

function knownAddress(hostId: string): SshAddress {
  const address = addressIn(hostId)
  if (address === undefined) throw unknownHost(hostId)
  return address
}

function unknownHost(hostId: string): Error {
  const parsed = hostId.startsWith('ssh://') ? parseSshAddress(hostId) : undefined
  const why = parsed?.ok === false ? `: the address ${wordsOf(parsed.problem)}` : ''
  return failed(
    'unknown-host',
    `There is no host "${shownAddress(hostId)}"${why}.`,
    'Look at the list of hosts for those that are known, or name one by its address: ssh://user@host, or unix:///path/to/docker.sock on this machine',
  )
}
