import { AddedFiles } from './added-files'
import type { BytePath } from '../base/byte-path'
import type { Change } from '../changes/change'
import { DirectoryShapes } from './directory-shapes'
import { SizedPaths } from '../columns/sized-paths'

/** How many of each kind are kept; what comes beyond is counted. */
const most = 100_000

/** What of a listing deserves a second look, picked out while the listing passes and kept compactly. */
export class NoteCandidates {
  readonly deletedDirectories: BytePath[] = []
  /** Files of the same size as their lower version. */
  readonly unsure = new SizedPaths()
  readonly modified = new SizedPaths()
  /** With content: empty files are all alike. */
  readonly deletedFiles = new SizedPaths()
  readonly #deletedSizes = new Set<number>()
  readonly addedFiles = new AddedFiles(this.#deletedSizes)
  readonly addedDirectories = new DirectoryShapes()
  /** How many candidates of each kind were too many to be kept. */
  readonly beyond = { deletedDirectories: 0, unsure: 0, modified: 0, deletedFiles: 0, addedDirectories: 0 }

  take(changes: readonly Change[]): void {
    for (const change of changes) {
      switch (change.kind) {
        case 'added':
          this.#takeAdded(change)
          break
        case 'modified':
          this.#keep('modified', change)
          if (change.contentUnsure === true) this.#keep('unsure', change)
          break
        case 'deleted':
          this.#takeDeleted(change)
          break
      }
    }
  }

  #takeAdded({ path, type, size = 0 }: Change): void {
    if (type === 'directory' && this.addedDirectories.size >= most) this.beyond.addedDirectories += 1
    else {
      if (type === 'directory') this.addedDirectories.begin(path)
      this.addedDirectories.add(path, type, size)
    }
    if (type === 'file' && size > 0) this.addedFiles.add(path, size)
  }

  #takeDeleted(change: Change): void {
    const { path, type, size = 0 } = change
    if (type === 'directory') {
      if (this.deletedDirectories.length < most) this.deletedDirectories.push(path)
      else this.beyond.deletedDirectories += 1
    } else if (type === 'file' && size > 0) {
      this.#keep('deletedFiles', change)
      if (this.#deletedSizes.size < most) this.#deletedSizes.add(size)
    }
  }

  #keep(kind: 'unsure' | 'modified' | 'deletedFiles', { path, size = 0 }: Change): void {
    if (this[kind].length < most) this[kind].add(path, size)
    else this.beyond[kind] += 1
  }
}
