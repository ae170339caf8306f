import { z } from 'zod'
import type { FileType } from '../../core/changes/change'
import { bytePath } from '../../core/base/byte-path'
import { unbelievable } from '../connection-failure'
import type { PathStat } from '../engine'
import { parseAnswer } from './api'

const pathStat = z.object({
  size: z.number().nonnegative(),
  mode: z.number().int().nonnegative(),
  mtime: z.string(),
  // Podman names the path itself where it is no link.
  linkTarget: z.string().nullish(),
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

/** Reads the header `X-Docker-Container-Path-Stat` (Engine API, ContainerArchiveInfo): JSON in base64. */
export function archiveStat(header: string | string[] | undefined): PathStat {
  if (typeof header !== 'string') throw unbelievable('The engine does not say what is at the path.')
  let raw: unknown
  try {
    raw = JSON.parse(Buffer.from(header, 'base64').toString('utf8'))
  } catch {
    throw unbelievable('What the engine says of the path is not JSON.')
  }
  const { size, mode, mtime, linkTarget } = parseAnswer(pathStat, raw, '/archive')
  const has = (bit: number) => Math.floor(mode / 2 ** bit) % 2 === 1
  const special = specialBits.reduce((sum, [bit, value]) => (has(bit) ? sum + value : sum), 0)
  const type = typeBits.find(([bit]) => has(bit))?.[1] ?? 'file'
  const modifiedAt = Date.parse(mtime)
  return {
    type,
    mode: (mode % 0o1000) + special,
    size,
    modifiedAt: Number.isNaN(modifiedAt) ? 0 : modifiedAt,
    ...(type === 'symlink' && linkTarget ? { leadsTo: fromText(linkTarget) } : {}),
  }
}

function fromText(path: string): ReturnType<typeof bytePath> {
  return bytePath(Buffer.from(path === '/' ? '' : path, 'utf8').toString('latin1'))
}
