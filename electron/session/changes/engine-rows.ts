import { parentOf, rootPath, type BytePath } from '../../core/base/byte-path'
import type { Change } from '../../core/changes/change'
import { PathNodes } from '../../core/change-tree/path-nodes'
import { runtimePaths } from '../../core/changes/runtime-paths'
import type { ContainerDetails } from '../../engine/engine'
import { madeThroughEngine } from './engine-made'
import type { HostSession } from '../host/host-session'
import { filesIfTold } from '../mounts/mount-places'
import { isTouchedDirectory, ownRows } from './own-rows'
import { ToldChanges } from './told-changes'

/**
 * What an engine lists, while it comes, without the directories that it tells as modified because they lead to a change: whether they are it cannot
 * tell. Only what depends on the rest of the list waits for its end: modified paths, and those that may be the engine's own.
 *
 * @param answer from an engine that has finished its walk: what is looked up meanwhile may put something into a stopped container
 * @param own gets the paths that are the engine's own, before they are given
 */
export async function* engineRows(
  session: HostSession,
  container: ContainerDetails,
  answer: AsyncIterable<readonly Change[]>,
  own: Set<BytePath>,
  signal: AbortSignal,
): AsyncGenerator<Change[]> {
  let sieve: RowSieve | undefined
  const sieveFound = findMade(session, container, signal).then((found) => (sieve = new RowSieve(found)))
  // It is told when the list has been read: the way to the engine may be free only then.
  sieveFound.catch(() => undefined)
  const early = new ToldChanges()
  for await (const some of answer) {
    if (sieve === undefined) {
      await early.add(some)
      continue
    }
    yield* passed(sieve, early, some)
  }
  const complete = await sieveFound
  yield* passed(complete, early, [])
  const possible = complete.possible()
  for (const path of await ownRows(session, container, complete.found, possible, signal)) own.add(path)
  if (possible.length > 0) yield possible
  yield* complete.held()
}

type FoundMade = Awaited<ReturnType<typeof findMade>>

async function findMade(session: HostSession, container: ContainerDetails, signal: AbortSignal) {
  const files = await filesIfTold(session, container, signal)
  return { files, made: await madeThroughEngine(session, container, files, signal) }
}

/** Of what came early and of what comes now. */
async function* passed(
  sieve: RowSieve,
  early: ToldChanges,
  some: readonly Change[],
): AsyncGenerator<Change[]> {
  for await (const before of early.taken()) yield* sieve.pass(before)
  yield* sieve.pass(some)
}

class RowSieve {
  readonly found: FoundMade
  readonly #mayBeOwn: (change: Change) => boolean
  readonly #own = new Map<BytePath, Change>()
  readonly #modified = new ToldChanges()
  /** All directories above what was listed. */
  readonly #leading = new PathNodes(() => undefined)
  #latest: BytePath = rootPath

  constructor(found: FoundMade) {
    const [isRuntime, isTouched] = [runtimePaths(found.made), isTouchedDirectory(found.made)]
    this.found = found
    this.#mayBeOwn = (change) => isRuntime(change) || isTouched(change)
  }

  /** Gives what depends on nothing that is still to come. */
  async *pass(changes: readonly Change[]): AsyncGenerator<Change[]> {
    const [sure, modified]: [Change[], Change[]] = [[], []]
    for (const change of changes) {
      this.#lead(parentOf(change.path))
      if (!this.#own.has(change.path) && this.#mayBeOwn(change)) this.#own.set(change.path, change)
      else (change.kind === 'modified' ? modified : sure).push(change)
    }
    if (modified.length > 0) await this.#modified.add(modified)
    if (sure.length > 0) yield sure
  }

  /** What may be the engine's own; all has passed. */
  possible(): Change[] {
    return this.#changes([...this.#own.values()])
  }

  /** Everything else that was held back. */
  async *held(): AsyncGenerator<Change[]> {
    for await (const some of this.#modified.taken()) {
      const changes = this.#changes(some)
      if (changes.length > 0) yield changes
    }
  }

  #changes(some: readonly Change[]): Change[] {
    return some.filter(({ kind, path }) => kind !== 'modified' || !this.#isLeading(path))
  }

  /** Paths of one directory mostly come one after the other. */
  #lead(directory: BytePath): void {
    if (directory === this.#latest) return
    this.#leading.findOrStart(directory, () => true)
    this.#latest = directory
  }

  #isLeading(path: BytePath): boolean {
    return path !== rootPath && this.#leading.find(path) !== undefined
  }
}
