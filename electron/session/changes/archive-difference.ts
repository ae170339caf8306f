import { bytePath, parentOf, rootPath, type BytePath } from '../../core/base/byte-path'
import type { Change } from '../../core/changes/change'
import { besideImage, changeOfVersion, differences } from '../../core/changes/version-difference'
import type { ContainerDetails, Engine } from '../../engine/engine'
import { archivedFiles, digestOf, inArchive, type ArchivedFile } from './archived-files'
import { textOf } from '../base/content-text'

/** Rows that are told together. */
const batch = 64

/**
 * Files that the engine makes in every container (moby, daemon/initlayer), also in the one that shows the image: what the image itself
 * has there cannot be seen.
 */
const madeAlways = [
  '/.dockerenv',
  '/dev/console',
  '/etc/hosts',
  '/etc/hostname',
  '/etc/resolv.conf',
  '/etc/mtab',
]

/**
 * What a container has otherwise than an image (which another container shows), by their whole file systems as the engine
 * archives them, read side by side; `counted` tells how many of the container's entries were read. What is mounted in the container and what engines put into each is left out.
 */
export async function* archiveDifference(
  engine: Engine,
  container: ContainerDetails,
  mountPoints: readonly BytePath[],
  imageReader: string,
  signal: AbortSignal,
  counted = { entries: 0 },
): AsyncGenerator<Change[]> {
  const leftOut = new Set([...mountPoints, ...madeAlways.map(bytePath)])
  const now = archivedFiles(await engine.archive(container.id, rootPath, signal), leftOut)
  const then = archivedFiles(await engine.archive(imageReader, rootPath, signal), leftOut)
  const comparison = new ArchiveComparison(engine, container.id, imageReader, counted)
  let changes: Change[] = []
  try {
    for await (const change of comparison.changes(now, then, signal)) {
      changes.push(change)
      if (changes.length < batch) continue
      yield changes
      changes = []
    }
    if (changes.length > 0) yield changes
  } finally {
    await now.return(undefined)
    await then.return(undefined)
  }
}

/** A path on either side, where at least one has it as a further name of a file. */
interface LinkedPath {
  readonly path: BytePath
  readonly now?: ArchivedFile
  readonly then?: ArchivedFile
}

class ArchiveComparison {
  readonly #engine: Engine
  readonly #container: string
  readonly #image: string
  /** What only one side has had so far. Both come in the same order, so that little waits here that is not a change. */
  readonly #now = new Map<BytePath, ArchivedFile>()
  readonly #then = new Map<BytePath, ArchivedFile>()
  readonly #linked: LinkedPath[] = []
  readonly #modifiedFiles = new Map<BytePath, Change>()
  readonly #noDirectories = new Set<BytePath>()
  /** Files by container and name whose content had to be asked for, because another name had it in the archive. */
  readonly #asked = new Map<string, ArchivedFile | undefined>()

  readonly #counted: { entries: number }

  constructor(engine: Engine, container: string, image: string, counted: { entries: number }) {
    this.#counted = counted
    this.#engine = engine
    this.#container = container
    this.#image = image
  }

  async *changes(
    now: AsyncIterator<ArchivedFile>,
    then: AsyncIterator<ArchivedFile>,
    signal: AbortSignal,
  ): AsyncGenerator<Change> {
    let [nowAt, thenAt]: (string | undefined)[] = ['', '']
    while (nowAt !== undefined || thenAt !== undefined) {
      const isNow: boolean = thenAt === undefined || (nowAt !== undefined && nowAt <= thenAt)
      const next: IteratorResult<ArchivedFile, unknown> = await (isNow ? now : then).next()
      const file = next.done === true ? undefined : next.value
      if (isNow && file !== undefined) this.#counted.entries += 1
      if (isNow) nowAt = file && inOrder(file.path)
      else thenAt = file && inOrder(file.path)
      const change = file && this.#meet(file, isNow)
      if (change !== undefined) yield change
    }
    yield* this.#left(signal)
    for (const linked of this.#linked) {
      const change = await this.#linkedChange(linked, signal)
      if (change !== undefined) yield change
    }
  }

  #meet(file: ArchivedFile, isNow: boolean): Change | undefined {
    const { path } = file
    const others = isNow ? this.#then : this.#now
    const other = others.get(path)
    if (other === undefined) {
      ;(isNow ? this.#now : this.#then).set(path, file)
      return undefined
    }
    others.delete(path)
    return isNow ? this.#pair(path, file, other) : this.#pair(path, other, file)
  }

  #pair(path: BytePath, now: ArchivedFile, then: ArchivedFile): Change | undefined {
    if (isDirectory(then) && !isDirectory(now)) this.#noDirectories.add(path)
    if (now.furtherNameOf !== undefined || then.furtherNameOf !== undefined) {
      this.#linked.push({ path, now, then })
      return undefined
    }
    const change = modified(path, now, then)
    if (change === undefined) return undefined
    if (change.type === 'file') this.#modifiedFiles.set(path, change)
    return change
  }

  /** What only one side has. Of a directory that is gone, or is none any more, what was in it has no rows. */
  async *#left(signal: AbortSignal): AsyncGenerator<Change> {
    // Not every engine's archive has an entry for the root.
    for (const files of [this.#now, this.#then]) files.delete(rootPath)
    for (const [path, now] of this.#now) {
      const file = await this.#whole(now, this.#container, this.#now, signal)
      const change = changeOfFile(path, 'added', file)
      yield file === now ? change : { ...change, countedElsewhere: true }
    }
    for (const [path, then] of this.#then) {
      const parent = parentOf(path)
      if (this.#then.has(parent) || this.#noDirectories.has(parent)) continue
      const file = await this.#whole(then, this.#image, this.#then, signal)
      yield changeOfFile(path, 'deleted', file)
    }
  }

  async #linkedChange({ path, now, then }: LinkedPath, signal: AbortSignal): Promise<Change | undefined> {
    if (now === undefined || then === undefined) return undefined
    if (now.furtherNameOf !== undefined && now.furtherNameOf === then.furtherNameOf) {
      const change = this.#modifiedFiles.get(now.furtherNameOf)
      return change && { ...change, path, countedElsewhere: true }
    }
    const nowFile = await this.#whole(now, this.#container, this.#now, signal)
    const thenFile = await this.#whole(then, this.#image, this.#then, signal)
    if (nowFile === undefined || thenFile === undefined)
      return { ...changeOfFile(path, 'modified', nowFile), contentUnsure: true }
    const change = modified(path, nowFile, thenFile)
    return change && (nowFile === now ? change : { ...change, countedElsewhere: true })
  }

  /** The file that a further name stands for; nothing where it is gone by now. */
  async #whole(
    file: ArchivedFile,
    container: string,
    waiting: ReadonlyMap<BytePath, ArchivedFile>,
    signal: AbortSignal,
  ): Promise<ArchivedFile | undefined> {
    const name = file.furtherNameOf
    if (name === undefined) return file
    const first = waiting.get(name)
    if (first !== undefined && first.furtherNameOf === undefined) return first
    const key = `${container}${name}`
    if (!this.#asked.has(key)) this.#asked.set(key, await this.#ask(container, name, signal))
    return this.#asked.get(key)
  }

  async #ask(container: string, path: BytePath, signal: AbortSignal): Promise<ArchivedFile | undefined> {
    const found = await this.#engine.archivedPath(container, path, signal)
    if (found === undefined) return undefined
    try {
      const { type, mode, uid, gid, size, modifiedAt, device, attributes = new Map() } = found
      const facts = { type, mode, uid, gid, size, modifiedAt, device, attributes: inArchive(attributes) }
      // Links have several names too, and an archive gives each but the first as another name of a file.
      if (type === 'symlink')
        return { path, facts: { ...facts, linkTarget: await textOf(found.content) }, digest: '' }
      return { path, facts, digest: await digestOf(found.content) }
    } finally {
      await found.close()
    }
  }
}

/** What is gone by the time it is asked for was a file, and no more is known of it. */
function changeOfFile(path: BytePath, kind: Change['kind'], file: ArchivedFile | undefined): Change {
  return file === undefined ? { path, kind, type: 'file' } : changeOfVersion(path, kind, file.facts)
}

function modified(path: BytePath, now: ArchivedFile, then: ArchivedFile): Change | undefined {
  const sameContent = now.digest === then.digest
  const { aspects } = differences(now.facts, then.facts, besideImage, { sameContent })
  return aspects === 0 ? undefined : { ...changeOfVersion(path, 'modified', now.facts), aspects }
}

function isDirectory({ furtherNameOf, facts }: ArchivedFile): boolean {
  return furtherNameOf === undefined && facts.type === 'directory'
}

/** Engines go through a directory by its names' bytes, and through what is in it before its next sibling. */
function inOrder(path: BytePath): string {
  return path.replaceAll('/', '\0')
}
