/** The first 12 hexadecimal digits of an id or digest, as the engines' tools show it. */
export function shortId(id: string): string {
  return id.slice(id.indexOf(':') + 1).slice(0, 12)
}

/** What to call a container's image: its name, or the beginning of its id where the name is gone. */
export function imageOf({ image }: { readonly image: string }): string {
  return image.startsWith('sha256:') ? shortId(image) : image
}
