/**
 * A path as its bytes: a string with one character of U+0000 to U+00FF for each byte, so that names which are not
 * UTF-8 stay exact, compare exactly and can be Map keys. Absolute, `/`-separated, without a slash at the end; the
 * root is the empty string.
 */
export type BytePath = string & { readonly __bytes: unique symbol }

export const rootPath = '' as BytePath

/** The bytes that a path is written with: the root's is a slash. */
export function writtenPath(path: BytePath): string {
  return path === rootPath ? '/' : path
}

/** Takes a string that already has one character a byte (Node's `latin1` decoding). */
export function bytePath(latin1: string): BytePath {
  return latin1 as BytePath
}

/** The directory a path is in; the root's is the root. */
export function parentOf(path: BytePath): BytePath {
  return path.slice(0, Math.max(0, path.lastIndexOf('/'))) as BytePath
}

/** The last segment. */
export function nameOf(path: BytePath): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

export function childOf(directory: BytePath, name: string): BytePath {
  return `${directory}/${name}` as BytePath
}

/** How many segments a path has; 0 for the root. */
export function depthOf(path: BytePath): number {
  let depth = 0
  for (let at = path.indexOf('/'); at !== -1; at = path.indexOf('/', at + 1)) depth += 1
  return depth
}
