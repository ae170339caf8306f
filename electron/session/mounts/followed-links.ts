import { bytePath, childOf, parentOf, rootPath, type BytePath } from '../../core/base/byte-path'

/** Tells which of some paths are links, with where they lead as it is written in them. */
export type LinkLook = (paths: readonly BytePath[]) => Promise<ReadonlyMap<BytePath, string>>

/** As many links as the kernel follows for one path: path_resolution(7). */
const mostLinks = 40

interface Walk {
  at: BytePath
  /** Names that are still to go. */
  left: readonly string[]
  links: number
}

/**
 * Where paths lie when every link in them is followed below one root, as a container's runtime does before it mounts something: an absolute
 * link begins at that root, and no `..` leads out of it. What is not there counts as it is written, and so does what never ends.
 */
export async function followedPaths(
  paths: readonly BytePath[],
  look: LinkLook,
): Promise<Map<BytePath, BytePath>> {
  const links = new Map<BytePath, string | undefined>()
  const walks = new Map<BytePath, Walk>()
  for (const path of paths) walks.set(path, { at: rootPath, left: namesIn(path), links: 0 })
  for (;;) {
    const unknown = new Set<BytePath>()
    for (const walk of walks.values()) for (const path of ahead(walk)) if (!links.has(path)) unknown.add(path)
    const found = unknown.size === 0 ? new Map<BytePath, string>() : await look([...unknown])
    for (const path of unknown) links.set(path, found.get(path))
    const waiting = [...walks.values()].filter((walk) => !goOn(walk, links))
    if (waiting.length === 0) break
  }
  return new Map(
    [...walks].map(([path, { at, left, links: followed }]) => [
      path,
      left.length > 0 && followed > mostLinks ? path : at,
    ]),
  )
}

/** The paths that a walk comes by if none of them is a link. */
function ahead({ at, left }: Walk): BytePath[] {
  const paths: BytePath[] = []
  let next = at
  for (const name of left) {
    if (name === '..') break
    next = childOf(next, name)
    paths.push(next)
  }
  return paths
}

/** Walks as far as is known; says whether it came to its end. */
function goOn(walk: Walk, links: ReadonlyMap<BytePath, string | undefined>): boolean {
  for (let [name, ...left] = walk.left; name !== undefined; [name, ...left] = walk.left) {
    if (name === '..') {
      ;[walk.at, walk.left] = [parentOf(walk.at), left]
      continue
    }
    const next = childOf(walk.at, name)
    if (!links.has(next)) return false
    const target = links.get(next)
    if (target === undefined) {
      ;[walk.at, walk.left] = [next, left]
      continue
    }
    walk.links += 1
    if (walk.links > mostLinks) return true
    if (target.startsWith('/')) walk.at = rootPath
    walk.left = [...namesIn(bytePath(target)), ...left]
  }
  return true
}

function namesIn(path: BytePath): string[] {
  return path.split('/').filter((name) => name !== '' && name !== '.')
}
