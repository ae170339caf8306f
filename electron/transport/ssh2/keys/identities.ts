import { access } from 'node:fs/promises'
import type { ParsedKey } from 'ssh2'
import { problemOf } from '../algorithms/accepted-keys'
import type { ConnectionLog } from '../../remote/connection-log'
import type { HopSettings } from '../../ssh-config/hop-settings'
import { agentKeys } from './agent-keys'
import { signWithEncryptedKey } from './encrypted-key'
import { readKeyFile } from './key-file'
import { KeyUnusable, type LeftAside } from './left-aside'
import { publicKeyFrom } from './public-key-file'

/** Asks for a passphrase until `works` says that it is right; undefined where nobody gives a right one. */
export type OpenWithPassphrase = <Value>(
  keyFile: string,
  works: (passphrase: string) => Promise<Value | undefined>,
) => Promise<Value | undefined>

/** A key that may prove who this is. */
export interface Identity {
  /** Its file, or what the agent calls it. */
  readonly key: string
  /** For the log: where it comes from. */
  readonly label: string
  /** Asks for the passphrase where an encrypted file does not tell its public part; undefined where nobody gave it. */
  publicKey(): Promise<ParsedKey | undefined>
  /**
   * Signs, asking for a passphrase if need be; undefined where nobody gave it.
   * @throws KeyUnusable, or another Error of the agent or the thread that signs
   */
  sign(data: Buffer, hash: string | undefined): Promise<Buffer | undefined>
}

/** As many keys as a server lets be tried (`MaxAuthTries` is 6), less one for a password. */
const triesOfServer = 5

/**
 * The keys to try, in ssh's order (sshconnect2.c, pubkey_prepare): those of the configuration that the agent holds, what else it holds unless
 * IdentitiesOnly, then the files, so that no passphrase is asked for while the agent may do. Where the agent holds so many that a server
 * would end the login before a file that was named is tried, files that open without a question go before them.
 */
export async function identitiesOf(
  hop: HopSettings,
  log: ConnectionLog,
  leftAside: LeftAside,
  open: OpenWithPassphrase,
): Promise<readonly Identity[]> {
  const agent = await agentKeys(hop.agentSocket, log)
  const held = new Map(agent.keys.map((key) => [blobOf(key), key]))
  const throughAgent = (signer: ParsedKey, key: string, label: string): Identity => ({
    key,
    label,
    publicKey: () => Promise.resolve(signer),
    sign: (data, hash) => agent.sign(signer, data, hash),
  })
  const named = new Map<string, Identity>()
  const certificates = [...(hop.certificateFiles ?? [])]
  const files: { readonly identity: Identity; readonly asks: boolean }[] = []
  for (const path of new Set(hop.identityFiles)) {
    const { publicKey, privateKey } = await readKeyFile(path)
    certificates.push(`${path}-cert.pub`)
    const problem = publicKey === undefined ? undefined : problemOf(publicKey, hop)
    const blob = publicKey === undefined ? undefined : blobOf(publicKey)
    const signer = blob === undefined ? undefined : held.get(blob)
    if (problem !== undefined) leftAside.add(path, problem)
    else if (blob !== undefined && signer !== undefined)
      named.set(blob, throughAgent(signer, path, `${path} (held by the agent)`))
    else if (privateKey.state === 'unusable') leftAside.add(path, privateKey.problem)
    else if (privateKey.state === 'encrypted')
      files.push({ identity: encryptedIdentity(path, privateKey.content, publicKey, hop, open), asks: true })
    else if (blob !== blobOf(privateKey.key)) leftAside.add(path, 'other-public-key')
    else files.push({ identity: openIdentity(path, privateKey.key), asks: false })
  }
  const [namedInAgent, others]: [Identity[], Identity[]] = [[], []]
  for (const [blob, key] of held) {
    const one = named.get(blob)
    const problem = problemOf(key, hop)
    if (one !== undefined) namedInAgent.push(one)
    else if (hop.identitiesOnly) continue
    else if (problem !== undefined) leftAside.add(commentOf(key), problem)
    else others.push(throughAgent(key, commentOf(key), `agent key ${key.comment}`.trim()))
  }
  for (const file of certificates) if (await isThere(file)) leftAside.add(file, 'certificate')
  if (!hop.identitiesOnly) for (const { name, problem } of agent.unusable) leftAside.add(name, problem)
  const first = namedInAgent.length + others.length > triesOfServer ? files.filter(({ asks }) => !asks) : []
  const last = files.filter((file) => !first.includes(file))
  return [
    ...namedInAgent,
    ...first.map(({ identity }) => identity),
    ...others,
    ...last.map(({ identity }) => identity),
  ]
}

function commentOf({ comment, type }: ParsedKey): string {
  return comment === '' ? type : comment
}

function isThere(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  )
}

function openIdentity(path: string, key: ParsedKey): Identity {
  return {
    key: path,
    label: path,
    publicKey: () => Promise.resolve(key),
    sign(data, hash) {
      const signature: Buffer | Error = key.sign(data, hash)
      return signature instanceof Error ? Promise.reject(signature) : Promise.resolve(signature)
    },
  }
}

function encryptedIdentity(
  path: string,
  key: Buffer,
  publicKey: ParsedKey | undefined,
  hop: HopSettings,
  open: OpenWithPassphrase,
): Identity {
  const signed = (data: Buffer, hash: string | undefined) =>
    open(path, async (passphrase) => {
      const answer = await signWithEncryptedKey({ key, passphrase, data, hash })
      if (answer.state === 'unusable') throw new KeyUnusable(answer.problem)
      return answer.state === 'signed' ? answer : undefined
    })
  return {
    key: path,
    label: path,
    async publicKey() {
      if (publicKey !== undefined) return publicKey
      const answer = await signed(Buffer.from(path), undefined)
      if (answer === undefined) return undefined
      const told = publicKeyFrom(Buffer.from(answer.publicKey))
      const problem = told.key === undefined ? told.problem : problemOf(told.key, hop)
      if (problem !== undefined) throw new KeyUnusable(problem)
      return told.key
    },
    async sign(data, hash) {
      const answer = await signed(data, hash)
      if (answer === undefined) return undefined
      const isOther = publicKey !== undefined && !publicKey.getPublicSSH().equals(answer.publicKey)
      if (isOther) throw new KeyUnusable('other-public-key')
      return Buffer.from(answer.signature)
    },
  }
}

function blobOf(key: ParsedKey): string {
  return key.getPublicSSH().toString('base64')
}
