import { failed, type FailureError } from '../../core/failure'
import type { Ask } from '../transport'
import type { ConnectionLog } from './connection-log'
import type { HopSettings } from './hop-settings'
import {
  appendKnownHost,
  displayHost,
  fingerprint,
  type HostName,
  type KnownHosts,
  type PresentedKey,
} from './known-hosts/known-hosts'
import { typeOfKey } from './known-hosts/public-key'

/** What a check needs of its surroundings. `ask` is absent where nobody can be asked. */
export interface HostKeyQuestions {
  readonly ask: Ask | undefined
  readonly signal: AbortSignal
  readonly log: ConnectionLog
}

/**
 * Judges the host key of one hop by known_hosts, once; the same key is asked of the server again at every rekey.
 */
export class HostKeyCheck {
  readonly #hop: HopSettings
  readonly #known: KnownHosts
  readonly #questions: HostKeyQuestions
  #accepted: Buffer | undefined
  /** Why the key was not accepted. */
  failure: FailureError | undefined

  constructor(hop: HopSettings, known: KnownHosts, questions: HostKeyQuestions) {
    this.#hop = hop
    this.#known = known
    this.#questions = questions
  }

  get name(): HostName {
    const { hostName, port, hostKeyAlias } = this.#hop
    return { host: hostName, port, ...(hostKeyAlias === undefined ? {} : { hostKeyAlias }) }
  }

  /** Whether the connection may go on with this key; never throws. */
  async accepts(blob: Buffer): Promise<boolean> {
    if (this.#accepted !== undefined) return this.#isTheSame(blob)
    try {
      await this.#judge({ type: typeOfKey(blob) ?? 'unknown', blob })
      this.#accepted = Buffer.from(blob)
      return true
    } catch (error) {
      this.failure =
        error instanceof Error && 'failure' in error
          ? (error as FailureError)
          : failed('internal', `The host key could not be checked: ${String(error)}`)
      return false
    }
  }

  #isTheSame(blob: Buffer): boolean {
    if (this.#accepted?.equals(blob) === true) return true
    this.failure = failed(
      'host-key-changed',
      `${displayHost(this.name)} showed another host key in the middle of the connection.`,
      'Something stands between this machine and the host. Do not enter secrets until it is found.',
    )
    this.#questions.log.add(this.failure.message)
    return false
  }

  async #judge(key: PresentedKey): Promise<void> {
    const shown = `${shortType(key.type)} ${fingerprint(key.blob)}`
    const host = displayHost(this.name)
    const verdict = this.#known.judge(this.name, key)
    this.#questions.log.add(`Host key ${shown}: ${verdict.verdict}`)
    switch (verdict.verdict) {
      case 'known':
        return
      case 'revoked':
        throw failed(
          'host-key-revoked',
          `The host key of ${host} (${shown}) is revoked in ${verdict.file}, line ${String(verdict.line)}.`,
          'Ask whoever runs the host for its new key. A revoked key is never accepted.',
        )
      case 'changed':
        throw failed(
          'host-key-changed',
          `The host key of ${host} is not the one that is known: it showed ${shown}, and ${verdict.file} has another in line ${String(verdict.line)}. The host was set up anew, or something stands between this machine and it.`,
          `Compare the fingerprint with the host's own (ssh-keygen -lf on the host). Only if it is right, remove the old key: ssh-keygen -R '${host}' -f '${verdict.file}'`,
        )
      case 'unknown':
        await this.#meet(key, shown)
    }
  }

  async #meet(key: PresentedKey, shown: string): Promise<void> {
    const { strictHostKeyChecking, userKnownHostsFiles, hashKnownHosts } = this.#hop
    const host = displayHost(this.name)
    const file = userKnownHostsFiles[0]
    if (strictHostKeyChecking === 'yes' || file === undefined) {
      throw failed(
        'host-key-refused',
        `${host} is not in known_hosts, and StrictHostKeyChecking is yes (it showed ${shown}).${this.#aboutCertificates()}`,
        'Add its key to known_hosts, for example with ssh-keyscan after checking its fingerprint.',
      )
    }
    if (strictHostKeyChecking === 'ask') await this.#askFor(key, file)
    await appendKnownHost(file, this.name, key, hashKnownHosts)
    this.#questions.log.add(`Host key added to ${file}`)
  }

  async #askFor(key: PresentedKey, file: string): Promise<void> {
    const { ask, signal } = this.#questions
    const host = displayHost(this.name)
    const shown = fingerprint(key.blob)
    if (this.#hop.login.batchHostKeys) {
      throw failed(
        'host-key-refused',
        `${host} is not in known_hosts, and BatchMode yes in the SSH configuration lets nobody be asked whether its ${shortType(key.type)} key ${shown} is right.${this.#aboutCertificates()}`,
        'Add its key to known_hosts, for example with ssh-keyscan after checking its fingerprint, or set BatchMode no for this host.',
      )
    }
    if (ask === undefined) {
      throw failed(
        'prompt-required',
        `${host} is not known yet, and nobody can be asked whether its ${shortType(key.type)} key ${shown} is right.${this.#aboutCertificates()}`,
        'Connect to the host in the window or on a terminal once, or add its key to known_hosts.',
      )
    }
    const answer = await ask(
      { kind: 'host-key', host, keyType: shortType(key.type), fingerprint: shown, file },
      signal,
    )
    if (answer === undefined) throw failed('host-key-refused', `The host key of ${host} was not accepted.`)
  }

  #aboutCertificates(): string {
    return this.#known.hasCertificateAuthority(this.name)
      ? ' known_hosts names a certificate authority for it, but host certificates are not supported.'
      : ''
  }
}

/** `ssh-ed25519` → `ED25519`, as OpenSSH shows types. */
function shortType(type: string): string {
  if (type.startsWith('ecdsa-')) return 'ECDSA'
  return type.replace(/^ssh-/, '').toUpperCase()
}
