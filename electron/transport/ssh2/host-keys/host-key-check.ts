import { failed, FailureError } from '../../../core/base/failure'
import { tooShort } from '../algorithms/accepted-keys'
import { type HostKeyQuestions, meetHostKey } from './host-key-meeting'
import type { HopSettings } from '../../ssh-config/hop-settings'
import {
  displayHost,
  fingerprint,
  type HostName,
  type KnownHosts,
  nameOf,
  type PresentedKey,
  readKnownHosts,
  shortType,
} from '../../known-hosts/known-hosts'
import { askKnownHostsCommand } from '../../known-hosts/known-hosts-command'
import { typeOfKey } from '../../known-hosts/public-key'
import { askRevoked } from '../../known-hosts/revoked-keys'

/** What there is to know of a hop's host key before anything is connected. */
export interface ExpectedHostKey {
  readonly known: KnownHosts
  /** Types to be asked for before others: those of keys that would be accepted. */
  readonly types: readonly string[]
}

/**
 * Reads what is known of a hop's host key, anew for each connection.
 * @throws FailureError `host-key-refused`, `cancelled`
 */
export async function expectedHostKey(
  hop: HopSettings,
  { accepted, log, signal, warn }: HostKeyQuestions,
): Promise<ExpectedHostKey> {
  const name = nameOf(hop)
  const known = await readKnownHosts([...hop.userKnownHostsFiles, ...hop.globalKnownHostsFiles])
  for (const { file, why } of known.unread)
    warn(`${file} cannot be read: ${why}. Host keys are judged as if it were not there, as OpenSSH does.`)
  const { knownHostsCommand } = hop
  const said =
    knownHostsCommand === undefined
      ? []
      : await askKnownHostsCommand(knownHostsCommand, name, undefined, log, signal)
  const types = known.with(said).knownTypes(name)
  const before = accepted.keyOf(name)
  return { known, types: types.length === 0 && before !== undefined ? [before.type] : types }
}

/**
 * Judges the host key of one hop, once; the same key is asked of the server again at every rekey. First comes what revokes
 * keys, then what is known (sshconnect.c, verify_host_key).
 */
export class HostKeyCheck {
  readonly #hop: HopSettings
  readonly #known: KnownHosts
  readonly #questions: HostKeyQuestions
  readonly #isThisMachine: boolean
  #accepted: Buffer | undefined
  /** Why the key was not accepted. */
  failure: FailureError | undefined

  /** `isThisMachine` where the connection goes to a loopback address. */
  constructor(hop: HopSettings, known: KnownHosts, isThisMachine: boolean, questions: HostKeyQuestions) {
    this.#hop = hop
    this.#known = known
    this.#isThisMachine = isThisMachine
    this.#questions = questions
  }

  /** Whether the connection may go on with this key; never throws. */
  async accepts(blob: Buffer): Promise<boolean> {
    if (this.#accepted !== undefined) return this.#isTheSame(blob)
    try {
      const type = typeOfKey(blob)
      if (type === undefined) throw noKey(displayHost(this.#name))
      await this.#judge({ type, blob })
      this.#accepted = Buffer.from(blob)
      return true
    } catch (error) {
      this.failure =
        error instanceof FailureError
          ? error
          : failed('internal', `The host key could not be checked: ${String(error)}`)
      return false
    }
  }

  get #name(): HostName {
    return nameOf(this.#hop)
  }

  #isTheSame(blob: Buffer): boolean {
    if (this.#accepted?.equals(blob) === true) return true
    this.failure = failed(
      'host-key-changed',
      `${displayHost(this.#name)} showed another host key in the middle of the connection.`,
      'Something stands between this machine and the host. Do not enter secrets until it is found.',
    )
    this.#questions.log.add(this.failure.message)
    return false
  }

  async #judge(key: PresentedKey): Promise<void> {
    const { log, signal } = this.#questions
    const shown = `${shortType(key.type)} ${fingerprint(key.blob)}`
    const host = displayHost(this.#name)
    const short = tooShort(key.blob, this.#hop)
    if (short !== undefined)
      throw failed(
        'host-key-refused',
        `The host key of ${host} is too short: ${short}.`,
        'Give the host a longer or newer key (ssh-keygen -t ed25519).',
      )
    for (const file of this.#hop.revokedHostKeys ?? []) await this.#refuseRevoked(file, key, shown)
    if (this.#hop.trustsLocalhost === true && this.#isThisMachine && this.#hop.hostKeyAlias === undefined) {
      log.add(`Host key ${shown}: not checked (NoHostAuthenticationForLocalhost)`)
      return
    }
    const { knownHostsCommand } = this.#hop
    const known =
      knownHostsCommand === undefined
        ? this.#known
        : this.#known.with(await askKnownHostsCommand(knownHostsCommand, this.#name, key, log, signal))
    const verdict = known.judge(this.#name, key)
    log.add(`Host key ${shown}: ${verdict.verdict}`)
    switch (verdict.verdict) {
      case 'known':
        return
      case 'revoked':
        throw revoked(host, shown, verdict.file, verdict.line)
      case 'changed':
        throw failed(
          'host-key-changed',
          `The host key of ${host} is not the one that is known: it showed ${shown}, and ${verdict.file} has another in line ${String(verdict.line)}. The host was set up anew, or something stands between this machine and it.`,
          verdict.isSaid
            ? `Compare the fingerprint with the host's own (ssh-keygen -lf on the host). Only if it is right, let the KnownHostsCommand tell the new key.`
            : `Compare the fingerprint with the host's own (ssh-keygen -lf on the host). Only if it is right, remove the old key: ssh-keygen -R '${nameToRemove(this.#name)}' -f '${verdict.file}'`,
        )
      case 'unknown':
        await meetHostKey(this.#hop, known, key, this.#questions)
    }
  }

  async #refuseRevoked(file: string, key: PresentedKey, shown: string): Promise<void> {
    const host = displayHost(this.#name)
    const revocation = await askRevoked(file, key, this.#questions.signal)
    this.#questions.log.add(`RevokedHostKeys ${file}: ${revocation.kind}`)
    if (revocation.kind === 'revoked') throw revoked(host, shown, file, revocation.line)
    if (revocation.kind === 'unsure')
      throw failed(
        'host-key-refused',
        `The host key of ${host} (${shown}) is not trusted: RevokedHostKeys names ${file}, and ${revocation.why}.`,
        'As with OpenSSH, no host key is trusted until the file can be asked. Put it right, write its whole path, or take RevokedHostKeys out of the SSH configuration.',
      )
  }
}

function noKey(host: string): FailureError {
  return failed(
    'host-key-refused',
    `${host} showed a host key that cannot be trusted, whatever is known of it: it is too short or damaged.`,
    'Have a new host key made on the host (ssh-keygen -A after the old one is removed).',
  )
}

function revoked(host: string, shown: string, file: string, line: number | undefined): FailureError {
  const place = line === undefined ? file : `${file}, line ${String(line)}`
  return failed(
    'host-key-revoked',
    `The host key of ${host} (${shown}) is revoked in ${place}.`,
    'Ask whoever runs the host for its new key. A revoked key is never accepted.',
  )
}

/** The name that the line of the old key has. */
function nameToRemove(name: HostName): string {
  return name.hostKeyAlias ?? displayHost(name)
}
