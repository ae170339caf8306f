import { childOf, nameOf, parentOf, rootPath, type BytePath } from '../../core/base/byte-path'
import { directoryNames } from '../lookups/directory-names'
import type { HostFiles } from '../host/host-files'
import { upperEntries } from '../upper/upper-entries'
import type { UpperEntry } from '../upper/upper-entry'

/** The host's directories that two stacks merge at one path, top first. */
export interface DirectoryParts {
  readonly path: BytePath
  readonly container: readonly string[]
  readonly image: readonly string[]
}

/** Where a version of a path is: an entry that was read already, or places of which the first one that is there counts. */
export type Whereabouts = UpperEntry | readonly string[]

/** A path that may be another thing in the two stacks, and where it is to be looked up. */
export interface Candidate {
  readonly path: BytePath
  readonly container: Whereabouts
  readonly image: Whereabouts
}

/** What an upper directory holds, by directory; read in one walk that no link leads out of, because a container may be changing it. */
export class UpperEntries {
  readonly place: string
  readonly #entries = new Map<BytePath, UpperEntry[]>()

  private constructor(place: string) {
    this.place = place
  }

  static async read(host: HostFiles, upper: string, signal: AbortSignal): Promise<UpperEntries> {
    const all = new UpperEntries(upper)
    const text = Buffer.from(upper, 'latin1').toString('utf8')
    for await (const entries of upperEntries(host, text, signal)) {
      for (const entry of entries) {
        if (entry.path === rootPath) continue
        const list = all.#entries.get(parentOf(entry.path))
        if (list === undefined) all.#entries.set(parentOf(entry.path), [entry])
        else list.push(entry)
      }
    }
    return all
  }

  in(directory: BytePath): readonly UpperEntry[] {
    return this.#entries.get(directory) ?? []
  }
}

/**
 * The names in some directories that can be another thing in the two stacks: those in the parts that only one of them has.
 * What only common parts name is the same in both.
 */
export async function candidatesIn(
  host: HostFiles,
  upper: UpperEntries,
  directories: readonly DirectoryParts[],
  signal: AbortSignal,
): Promise<Candidate[]> {
  const split = directories.map((directory) => ({ directory, common: commonParts(directory) }))
  const listed = new Set<string>()
  for (const { directory, common } of split) {
    for (const part of [...own(directory.container, common), ...own(directory.image, common)])
      if (part !== upper.place + directory.path) listed.add(part)
  }
  const names = await directoryNames(host, [...listed], signal)
  return split.flatMap(({ directory, common }) => candidatesOf(directory, common, upper, names))
}

function candidatesOf(
  directory: DirectoryParts,
  common: number,
  upper: UpperEntries,
  names: ReadonlyMap<string, readonly string[]>,
): Candidate[] {
  const shared = directory.container.slice(directory.container.length - common)
  const uppermost = (parts: readonly string[]): Map<string, Whereabouts> => {
    const found = new Map<string, Whereabouts>()
    for (const part of own(parts, common)) {
      if (part === upper.place + directory.path) {
        for (const entry of upper.in(directory.path)) found.set(nameOf(entry.path), inUpper(upper, entry))
      } else {
        for (const name of names.get(part) ?? []) if (!found.has(name)) found.set(name, [`${part}/${name}`])
      }
    }
    return found
  }
  const container = uppermost(directory.container)
  const image = uppermost(directory.image)
  const below = (name: string): string[] => shared.map((part) => `${part}/${name}`)
  return [...new Set([...container.keys(), ...image.keys()])].map((name) => ({
    path: childOf(directory.path, name),
    container: container.get(name) ?? below(name),
    image: image.get(name) ?? below(name),
  }))
}

/** find does not print the numbers of a device, by which a whiteout is told from a real one. */
function inUpper(upper: UpperEntries, entry: UpperEntry): Whereabouts {
  const isDevice = entry.type === 'character-device' || entry.type === 'block-device'
  return isDevice ? [upper.place + entry.path] : entry
}

/** The parts above those that both stacks have. */
function own(parts: readonly string[], common: number): readonly string[] {
  return parts.slice(0, parts.length - common)
}

/** How many parts at the bottom are the same directories in both stacks. */
export function commonParts({ container, image }: DirectoryParts): number {
  let common = 0
  while (
    common < container.length &&
    common < image.length &&
    container.at(-1 - common) === image.at(-1 - common)
  )
    common += 1
  return common
}
