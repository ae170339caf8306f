import ssh2, { type ParsedKey } from 'ssh2'
import type { ConnectionLog } from '../connection-log'

/** A hung agent must not hang the login; signing may wait for a person who confirms it. */
const listWithin = 5_000
const signWithin = 60_000

/** A running ssh-agent at a socket. */
export interface AgentKeys {
  readonly keys: readonly ParsedKey[]
  sign(key: ParsedKey, data: Buffer, hash: string | undefined): Promise<Buffer>
}

/** Lists what an agent holds; one that does not answer holds nothing, and the log says so. */
export async function agentKeys(socketPath: string | undefined, log: ConnectionLog): Promise<AgentKeys> {
  const none: AgentKeys = { keys: [], sign: () => Promise.reject(new Error('no agent')) }
  if (socketPath === undefined) return none
  const agent = ssh2.createAgent(socketPath)
  try {
    const keys = await within<readonly ParsedKey[]>(listWithin, (done) => {
      agent.getIdentities((error, found) => {
        done(error ?? undefined, (found ?? []).filter(isKey))
      })
    })
    log.add(`The agent holds ${String(keys.length)} ${keys.length === 1 ? 'key' : 'keys'}`)
    return {
      keys,
      sign: (key, data, hash) =>
        within<Buffer>(signWithin, (done) => {
          agent.sign(
            key,
            data,
            hash === undefined ? {} : { hash: hash as 'sha256' | 'sha512' },
            (error, signature) => {
              done(error ?? undefined, signature)
            },
          )
        }),
    }
  } catch (error) {
    log.add(`The agent cannot be used: ${error instanceof Error ? error.message : String(error)}`)
    return none
  }
}

function isKey(key: unknown): key is ParsedKey {
  return typeof key === 'object' && key !== null && 'getPublicSSH' in key
}

function within<Value>(
  ms: number,
  start: (done: (error: Error | undefined, value: Value | undefined) => void) => void,
): Promise<Value> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new Error(`it gave no answer within ${String(ms / 1000)} seconds`))
    }, ms)
    start((error, value) => {
      clearTimeout(timer)
      if (error !== undefined || value === undefined) reject(error ?? new Error('it gave no answer'))
      else resolve(value)
    })
  })
}
