import { whyBroken } from '../../../core/base/broken-stream'
import { failed, type FailureError } from '../../../core/base/failure'
import type { Prompt } from '../../../core/hosts/prompt'
import type { Ask } from '../../transport'
import type { ConnectionLog } from '../../remote/connection-log'
import type { HopSettings } from '../../ssh-config/hop-settings'
import {
  appendKnownHost,
  displayHost,
  fingerprint,
  type KnownHosts,
  nameOf,
  type PresentedKey,
  shortType,
  whyNotKept,
} from '../../known-hosts/known-hosts'
import type { SessionHostKeys } from './session-host-keys'

/** What a check needs of its surroundings. `ask` is absent where nobody can be asked. */
export interface HostKeyQuestions {
  readonly ask: Ask | undefined
  /** Aborted where the person gives up, and when the connection is gone: what is answered then counts for nothing. */
  readonly signal: AbortSignal
  readonly log: ConnectionLog
  /** What was accepted before and no file keeps. */
  readonly accepted: SessionHostKeys
  /** Tells a sentence beside the connection, whether that succeeds or not. */
  readonly warn: (sentence: string) => void
}

/** Names with these are in no known_hosts file, and OpenSSH trusts no new key of them (sshconnect.c, check_host_key). */
const neverNew = /[@?*#[\]|'"\\]/

/**
 * Decides about a key of a host that is not known: by `StrictHostKeyChecking`, by what was accepted before in this session,
 * or by asking. What is accepted is kept in the first file of the user, or for this session where that cannot be.
 * @throws FailureError `host-key-refused`, `host-key-changed`, `prompt-required`, `cancelled`
 */
export async function meetHostKey(
  hop: HopSettings,
  known: KnownHosts,
  key: PresentedKey,
  questions: HostKeyQuestions,
): Promise<void> {
  const { accepted, log, signal, warn } = questions
  const name = nameOf(hop)
  const host = displayHost(name)
  const file = hop.userKnownHostsFiles[0]
  const shown = `${shortType(key.type)} ${fingerprint(key.blob)}`
  if (hop.strictHostKeyChecking === 'yes' || file === undefined || neverNew.test(hop.hostName))
    throw refused(hop, shown, aboutCertificates(hop, known))
  const before = accepted.keyOf(name)
  if (before !== undefined) {
    if (!before.blob.equals(key.blob)) throw changedSince(hop, shown, before)
    log.add(`Host key of ${host}: accepted before in this session`)
    if (before.warning !== undefined) warn(before.warning)
    return
  }
  const obstacle = await whyNotKept(file, name)
  const isAccepted =
    hop.strictHostKeyChecking === 'accept-new' ||
    (await isAcceptedByPerson(hop, known, key, obstacle === undefined ? file : undefined, questions))
  if (signal.aborted) {
    log.add('The connection is gone: what is said of its host key counts for nothing')
    throw failed('cancelled', 'Connecting was cancelled.')
  }
  if (!isAccepted) throw failed('host-key-refused', `The host key of ${host} was not accepted.`)
  const why = obstacle ?? (await whyNotAdded(file, hop, key))
  if (why === undefined) {
    log.add(`Host key added to ${file}`)
    return
  }
  const warning = `The host key of ${host} is trusted for this session only: it cannot be kept in ${file} (${why}).`
  // Whoever names /dev/null wants nothing to be kept.
  const isWanted = file === '/dev/null'
  accepted.keep(name, { ...key, ...(isWanted ? {} : { warning }) })
  if (isWanted) log.add(warning)
  else warn(warning)
}

async function whyNotAdded(file: string, hop: HopSettings, key: PresentedKey): Promise<string | undefined> {
  try {
    await appendKnownHost(file, nameOf(hop), key, hop.hashKnownHosts)
    return undefined
  } catch (error) {
    return whyBroken(error)
  }
}

async function isAcceptedByPerson(
  hop: HopSettings,
  known: KnownHosts,
  key: PresentedKey,
  file: string | undefined,
  { ask, signal }: HostKeyQuestions,
): Promise<boolean> {
  const name = nameOf(hop)
  const host = displayHost(name)
  const keyType = shortType(key.type)
  if (hop.login.batchHostKeys)
    throw failed(
      'host-key-refused',
      `${host} is not in known_hosts, and BatchMode yes in the SSH configuration lets nobody be asked whether its ${keyType} key ${fingerprint(key.blob)} is right.${aboutCertificates(hop, known)}`,
      'Add its key to known_hosts, for example with ssh-keyscan after checking its fingerprint, or set BatchMode no for this host.',
    )
  if (ask === undefined) {
    throw failed(
      'prompt-required',
      `${host} is not known yet, and nobody can be asked whether its ${keyType} key ${fingerprint(key.blob)} is right.${aboutCertificates(hop, known)}`,
      'Connect to the host in the window or on a terminal once, or add its key to known_hosts.',
    )
  }
  const others = known.otherNames(name, key.blob)
  const prompt: Prompt = {
    kind: 'host-key',
    host,
    keyType,
    fingerprint: fingerprint(key.blob),
    ...(file === undefined ? {} : { file }),
    ...(others.total === 0 ? {} : { knownAs: others }),
    ...(known.hasCertificateAuthority(name) ? { hasAuthority: true } : {}),
    ...(known.unread.length === 0 ? {} : { unread: known.unread.map((one) => one.file) }),
  }
  return (await ask(prompt, signal)) !== undefined
}

function refused(hop: HopSettings, shown: string, more: string): FailureError {
  const why =
    hop.strictHostKeyChecking === 'yes'
      ? 'and StrictHostKeyChecking is yes'
      : hop.userKnownHostsFiles.length === 0
        ? 'and UserKnownHostsFile is none, so that no new key is accepted'
        : 'and no new key of a name with such characters is accepted'
  return failed(
    'host-key-refused',
    `${displayHost(nameOf(hop))} is not in known_hosts, ${why} (it showed ${shown}).${more}`,
    'Add its key to known_hosts, for example with ssh-keyscan after checking its fingerprint.',
  )
}

function changedSince(hop: HopSettings, shown: string, before: PresentedKey): FailureError {
  return failed(
    'host-key-changed',
    `The host key of ${displayHost(nameOf(hop))} is not the one that was accepted in this session: it showed ${shown}, and ${shortType(before.type)} ${fingerprint(before.blob)} was accepted. The host was set up anew, or something stands between this machine and it.`,
    "Compare the fingerprint with the host's own (ssh-keygen -lf on the host). Only if it is right, disconnect the host and connect it again.",
  )
}

function aboutCertificates(hop: HopSettings, known: KnownHosts): string {
  return known.hasCertificateAuthority(nameOf(hop))
    ? ' known_hosts names a certificate authority for it, but host certificates are not supported.'
    : ''
}
