/** A path as the contract tells it: as text, and as its bytes in base64 where the text is not exact. */
export interface PathText {
  readonly path: string
  readonly pathBytes?: string | undefined
}

/** Whether two lines or ends of a rename are one path; exact bytes go before the text. */
export function isPath(a: PathText, b: PathText): boolean {
  return a.path === b.path && a.pathBytes === b.pathBytes
}

/** What else is known of a line or an end of a rename is left out. */
export function pathOnly({ path, pathBytes }: PathText): PathText {
  return pathBytes === undefined ? { path } : { path, pathBytes }
}
