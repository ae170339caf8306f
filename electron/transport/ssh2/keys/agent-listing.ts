import type { Socket } from 'node:net'

/** A key that an agent says it holds: its blob of RFC 4253, section 6.6, and what it calls it. */
interface ListedKey {
  readonly blob: Buffer
  readonly comment: string
}

const requestIdentities = 11
const identitiesAnswer = 12
/** As ssh takes from an agent (authfd.c, MAX_AGENT_IDENTITIES and MAX_AGENT_REPLY_LEN). */
const mostKeys = 2048
const longestAnswer = 256 * 1024

/**
 * Asks an agent over a fresh connection what it holds (RFC draft-miller-ssh-agent, section 4.4), kinds that ssh2 does not know among them.
 * The connection is ended.
 */
export function listKeys(socket: Socket): Promise<readonly ListedKey[]> {
  return new Promise((resolve, reject) => {
    let answer = Buffer.alloc(0)
    const end = (settle: () => void) => {
      socket.destroy()
      settle()
    }
    socket.on('error', (error) => {
      end(() => {
        reject(error)
      })
    })
    socket.on('close', () => {
      reject(new Error('it ended the connection without an answer'))
    })
    socket.on('data', (part: Buffer) => {
      answer = Buffer.concat([answer, part])
      const length = answer.length < 4 ? 0 : answer.readUInt32BE(0)
      if (length > longestAnswer || answer.length < 4 || answer.length < 4 + length) {
        if (length > longestAnswer) end(() => reject(new Error('its answer is too long')))
        return
      }
      const keys = keysInAnswer(answer.subarray(4, 4 + length))
      end(() => {
        if (keys === undefined) reject(new Error('its answer is not that of an agent'))
        else resolve(keys)
      })
    })
    socket.write(Buffer.from([0, 0, 0, 1, requestIdentities]))
  })
}

/** Reads SSH_AGENT_IDENTITIES_ANSWER without its length; undefined for anything else. */
export function keysInAnswer(answer: Buffer): readonly ListedKey[] | undefined {
  if (answer.length < 5 || answer[0] !== identitiesAnswer) return undefined
  const count = answer.readUInt32BE(1)
  if (count > mostKeys) return undefined
  const keys: ListedKey[] = []
  let at = 5
  const field = (): Buffer | undefined => {
    const start = at + 4
    if (start > answer.length) return undefined
    at = start + answer.readUInt32BE(start - 4)
    return at > answer.length ? undefined : answer.subarray(start, at)
  }
  for (let number = 0; number < count; number += 1) {
    const blob = field()
    const comment = blob === undefined ? undefined : field()
    if (blob === undefined || comment === undefined) return undefined
    keys.push({ blob, comment: comment.toString() })
  }
  return keys
}
