/** The first 12 hexadecimal digits of an id or digest, as the engines' tools show it. */
export function shortId(id: string): string {
  return id.slice(id.indexOf(':') + 1).slice(0, 12)
}
