import { readdirSync, readFileSync, readlinkSync, lstatSync, type Stats } from 'node:fs'
import { join } from 'node:path'

/** What a naive walk sees of one path. */
export interface WalkedFile {
  readonly type: 'file' | 'directory' | 'symlink' | 'other'
  readonly mode: number
  readonly owner: string
  readonly time: number
  readonly content: string
}

/** Everything below a folder by its path, which begins with a slash. */
export function walkTree(root: string): Map<string, WalkedFile> {
  const files = new Map<string, WalkedFile>()
  const walk = (path: string): void => {
    for (const name of readdirSync(join(root, path)).sort()) {
      const below = `${path}/${name}`
      const file = walked(join(root, below))
      files.set(below, file)
      if (file.type === 'directory') walk(below)
    }
  }
  walk('')
  return files
}

function walked(place: string): WalkedFile {
  const stat = lstatSync(place)
  const type = typeOf(stat)
  const content =
    type === 'file' ? readFileSync(place, 'latin1') : type === 'symlink' ? readlinkSync(place) : ''
  return {
    type,
    mode: stat.mode & 0o7777,
    owner: `${stat.uid}:${stat.gid}`,
    time: Math.floor(stat.mtimeMs),
    content,
  }
}

function typeOf(stat: Stats): WalkedFile['type'] {
  if (stat.isFile()) return 'file'
  if (stat.isDirectory()) return 'directory'
  return stat.isSymbolicLink() ? 'symlink' : 'other'
}

/** What one tree has otherwise than another, path by path: `KIND PATH ASPECTS`. Below a directory that is gone nothing is named. */
export function naiveDifference(
  now: ReadonlyMap<string, WalkedFile>,
  then: ReadonlyMap<string, WalkedFile>,
): string[] {
  const rows: string[] = []
  for (const [path, file] of now) {
    const before = then.get(path)
    const aspects = before === undefined ? [] : differing(file, before)
    if (before === undefined) rows.push(`added ${path}`)
    else if (aspects.length > 0) rows.push(`modified ${path} ${aspects.join()}`)
  }
  for (const path of then.keys()) {
    const parent = path.slice(0, path.lastIndexOf('/'))
    if (!now.has(path) && (parent === '' || now.get(parent)?.type === 'directory'))
      rows.push(`deleted ${path}`)
  }
  return rows.sort()
}

function differing(now: WalkedFile, then: WalkedFile): string[] {
  const owner = now.owner === then.owner ? [] : ['owner']
  if (now.type !== then.type) return ['type', ...owner]
  const { type } = now
  const content = now.content === then.content ? [] : [type === 'symlink' ? 'link-target' : 'content']
  return [
    ...(type === 'file' ? content : []),
    ...(type === 'symlink' || now.mode === then.mode ? [] : ['mode']),
    ...owner,
    ...(type === 'directory' || now.time === then.time ? [] : ['time']),
    ...(type === 'symlink' ? content : []),
  ]
}
