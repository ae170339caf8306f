import { z } from 'zod'
import type { FileType } from '../../core/change'
import { failed } from '../../core/failure'
import { parseAnswer } from './api'

/** What the header `X-Docker-Container-Path-Stat` of an archive says (Engine API, ContainerArchiveInfo). */
export interface ArchiveStat {
  readonly type: FileType
  readonly mode: number
  readonly size: number
  /** Milliseconds since 1970. */
  readonly modifiedAt: number
}

const pathStat = z.object({
  size: z.number().nonnegative(),
  mode: z.number().int().nonnegative(),
  mtime: z.string(),
})

/** Bits of Go's `io/fs.FileMode`, which are none of the kernel's, highest first. */
const typeBits: readonly (readonly [bit: number, type: FileType])[] = [
  [31, 'directory'],
  [27, 'symlink'],
  [25, 'fifo'],
  [24, 'socket'],
  [21, 'character-device'],
  [26, 'block-device'],
]
const specialBits: readonly (readonly [bit: number, mode: number])[] = [
  [23, 0o4000],
  [22, 0o2000],
  [20, 0o1000],
]

/** Reads the header: JSON in base64. */
export function archiveStat(header: string | string[] | undefined): ArchiveStat {
  if (typeof header !== 'string')
    throw failed('engine-answer-invalid', 'The engine does not say what is at the path.')
  let raw: unknown
  try {
    raw = JSON.parse(Buffer.from(header, 'base64').toString('utf8'))
  } catch {
    throw failed('engine-answer-invalid', 'What the engine says of the path is not JSON.')
  }
  const { size, mode, mtime } = parseAnswer(pathStat, raw, '/archive')
  const has = (bit: number) => Math.floor(mode / 2 ** bit) % 2 === 1
  const special = specialBits.reduce((sum, [bit, value]) => (has(bit) ? sum + value : sum), 0)
  const type = typeBits.find(([bit]) => has(bit))?.[1] ?? 'file'
  const modifiedAt = Date.parse(mtime)
  return {
    type,
    mode: (mode % 0o1000) + special,
    size,
    modifiedAt: Number.isNaN(modifiedAt) ? 0 : modifiedAt,
  }
}
