import { parseSegment, segmentFits, type GlobSegment } from './glob-segment'
import { rootNode, type ChangeTree } from '../change-tree/change-tree'

/** Whether a node itself was searched for; what is below such a node goes with it. */
export type NodeMatch = (tree: ChangeTree, node: number) => boolean

/** Any number of directories, `**` in a glob. */
const anyDirectories = 'any'

/**
 * Reads what a person typed, bytes of UTF-8. With `*`, `?` or `[` it is a glob for the end of a path, or for a whole path
 * where it begins with a slash; without, it is a part of a path. Letters of ASCII match in both cases.
 */
export function parseSearch(search: string): NodeMatch {
  // Every path has it, and of the root it is all.
  if (search === '/') return () => true
  const isGlob = /[*?[]/.test(search)
  const isWhole = isGlob && search.startsWith('/')
  const parts = search.replace(/^\//, '').split('/')
  if (isGlob && parts.length > 1 && parts.at(-1) === '') parts.pop()
  const segments = parts.map((part, index) => {
    if (isGlob) return part === '**' ? anyDirectories : parseSegment(part)
    const from = index === 0 && !search.startsWith('/') ? '*' : ''
    return parseSegment(`${from}${part.replaceAll('\\', '\\\\')}${index === parts.length - 1 ? '*' : ''}`)
  })
  return (tree, node) => endFits(tree, node, segments, isWhole)
}

/**
 * Compares from the node upward, segment by segment, so that no path has to be put together. Goes back to the latest `**` only,
 * so it is never exponential.
 */
function endFits(
  tree: ChangeTree,
  node: number,
  segments: readonly (GlobSegment | typeof anyDirectories)[],
  isWhole: boolean,
): boolean {
  let [at, index] = [node, segments.length - 1]
  let [anyIndex, anyAt] = [-1, rootNode]
  for (;;) {
    if (index === -1 && (!isWhole || at === rootNode)) return true
    const segment = segments[index]
    if (segment === anyDirectories) {
      anyIndex = index
      anyAt = at
      index -= 1
    } else if (segment !== undefined && at !== rootNode && nameFits(tree, at, segment)) {
      at = tree.parent(at)
      index -= 1
    } else if (anyAt === rootNode) return false
    else {
      anyAt = tree.parent(anyAt)
      at = anyAt
      index = anyIndex - 1
    }
  }
}

function nameFits({ names }: ChangeTree, node: number, segment: GlobSegment): boolean {
  return segmentFits(segment, names.bytes, names.start(node), names.end(node))
}
