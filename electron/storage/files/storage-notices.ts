/** What was found out about one of Lamina's own files that a person should know. */
export interface StorageNotice {
  /** Its path. */
  readonly file: string
  /**
   * `damaged`: it is not what Lamina writes; `missing`: it is gone, and its copy is not; `too-large`, `not-a-file`, `forbidden`: it was not read; `entries`: some of what is in it is not
   * understood; `not-saved`: it could not be written.
   */
  readonly problem: 'damaged' | 'missing' | 'too-large' | 'not-a-file' | 'forbidden' | 'entries' | 'not-saved'
  /** Where the file was moved to. */
  readonly movedTo?: string
  /** The last good copy is used in its place. */
  readonly restored?: boolean
  /** How many entries are not understood. */
  readonly count?: number
  /** The system's words. */
  readonly reason?: string
}

/** Hears of a notice. */
export type Notify = (notice: StorageNotice) => void

/** The notices of this process, each once; `added` hears of new ones. */
export class StorageNotices {
  readonly #notices = new Map<string, StorageNotice>()
  readonly #added: Notify

  constructor(added: Notify) {
    this.#added = added
  }

  readonly add: Notify = (notice) => {
    const key = `${notice.file}\n${notice.problem}\n${notice.movedTo ?? ''}\n${String(notice.count ?? '')}`
    if (this.#notices.has(key)) return
    this.#notices.set(key, notice)
    this.#added(notice)
  }

  list(): StorageNotice[] {
    return [...this.#notices.values()]
  }
}
