/** Which entries are further names of a file (hard links) whose bytes were counted already. */
export class FurtherNames {
  readonly #counted = new Set<string>()

  /** Tells it of the next entry; `inode` names its file among all of a host. */
  isOne({ links, inode }: { readonly links: number; readonly inode: string }): boolean {
    if (links < 2) return false
    if (this.#counted.has(inode)) return true
    this.#counted.add(inode)
    return false
  }
}
