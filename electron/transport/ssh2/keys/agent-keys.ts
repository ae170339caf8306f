import { createConnection } from 'node:net'
import ssh2, { type ParsedKey } from 'ssh2'
import type { KeyProblem } from '../../../core/hosts/key-problem'
import type { ConnectionLog } from '../../remote/connection-log'
import { listKeys } from './agent-listing'
import { publicKeyFrom } from './public-key-file'

/** A hung agent must not hang the login; signing may wait for a person who confirms it. */
const listWithin = 5_000
const signWithin = 60_000

/** A running ssh-agent at a socket. */
export interface AgentKeys {
  readonly keys: readonly ParsedKey[]
  /** What it holds besides, and why Lamina cannot use it. */
  readonly unusable: readonly { readonly name: string; readonly problem: KeyProblem }[]
  sign(key: ParsedKey, data: Buffer, hash: string | undefined): Promise<Buffer>
}

/** Lists what an agent holds; one that does not answer holds nothing, and the log says so. */
export async function agentKeys(socketPath: string | undefined, log: ConnectionLog): Promise<AgentKeys> {
  const none: AgentKeys = { keys: [], unusable: [], sign: () => Promise.reject(new Error('no agent')) }
  if (socketPath === undefined) return none
  const agent = ssh2.createAgent(socketPath)
  const socket = createConnection(socketPath)
  try {
    const listed = await within(listWithin, listKeys(socket))
    log.add(`The agent holds ${String(listed.length)} ${listed.length === 1 ? 'key' : 'keys'}`)
    const keys: ParsedKey[] = []
    const unusable: { name: string; problem: KeyProblem }[] = []
    for (const { blob, comment } of listed) {
      const told = publicKeyFrom(blob)
      if (told.key === undefined) unusable.push({ name: comment || 'agent key', problem: told.problem })
      else keys.push(Object.assign(told.key, { comment }))
    }
    return {
      keys,
      unusable,
      sign: (key, data, hash) =>
        within(
          signWithin,
          new Promise<Buffer>((resolve, reject) => {
            const options = hash === undefined ? {} : { hash: hash as 'sha256' | 'sha512' }
            agent.sign(key, data, options, (error, signature) => {
              if (signature === undefined) reject(error ?? new Error('it gave no answer'))
              else resolve(signature)
            })
          }),
        ),
    }
  } catch (error) {
    log.add(`The agent cannot be used: ${error instanceof Error ? error.message : String(error)}`)
    return none
  } finally {
    socket.destroy()
  }
}

function within<Value>(ms: number, work: Promise<Value>): Promise<Value> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new Error(`it gave no answer within ${String(ms / 1000)} seconds`))
    }, ms)
    work
      .finally(() => {
        clearTimeout(timer)
      })
      .then(resolve, reject)
  })
}
