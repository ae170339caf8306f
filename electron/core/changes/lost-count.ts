/** What was lost with a directory, itself not counted. */
export interface LostTotals {
  readonly entries: number
  /** Of files; one with several names is counted once. */
  readonly bytes: number
}

/** Counts entries as they come. */
export class LostCount {
  #entries = 0
  #bytes = 0
  readonly #inodes = new Set<string>()

  get totals(): LostTotals {
    return { entries: this.#entries, bytes: this.#bytes }
  }

  /** @param inode the same for all names of one file; empty where it has no other */
  add({ type, size, inode }: { type: string; size: number; inode: string }): void {
    this.#entries += 1
    if (type !== 'file' || (inode !== '' && this.#inodes.has(inode))) return
    if (inode !== '') this.#inodes.add(inode)
    this.#bytes += size
  }
}
