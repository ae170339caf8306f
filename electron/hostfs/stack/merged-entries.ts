import { parentOf, bytePath, type BytePath } from '../../core/base/byte-path'
import { fuseEntries } from './fuse-layer-whiteouts'
import type { HostFiles } from '../host/host-files'
import { entriesBelow, type LayerEntry } from './layer-entries'
import { opaqueDirectories } from '../overlay/opaque-directories'

/** Some entries below one path as the lower layers show it merged. */
export interface MergedEntries {
  readonly directory: BytePath
  readonly entries: readonly LayerEntry[]
}

/**
 * What is below some directories, with the layers merged as overlayfs does it. Each directory comes with the directories of the host
 * that are its parts, top first, and in one piece at a time; entries after the directory that they are in.
 * @throws FailureError `command-failed` or `cancelled`
 */
export async function* mergedEntries(
  host: HostFiles,
  parts: ReadonlyMap<BytePath, readonly string[]>,
  signal: AbortSignal,
): AsyncGenerator<MergedEntries> {
  const single = new Map<string, BytePath>()
  const several: [directory: BytePath, places: readonly string[]][] = []
  for (const [directory, places] of parts) {
    const [first, ...more] = places
    if (first === undefined) continue
    if (more.length === 0) single.set(first, directory)
    else several.push([directory, places])
  }
  // Where one layer alone has a directory nothing is hidden below it, so nothing has to be remembered.
  for await (const { directory, entries } of entriesBelow(host, [...single.keys()], signal)) {
    const path = single.get(directory)
    if (path === undefined) continue
    const meant = meantBy(host, entries).entries
    yield { directory: path, entries: meant.filter(({ whiteout }) => !whiteout) }
  }
  yield* mergedFromSeveral(host, several, signal)
}

async function* mergedFromSeveral(
  host: HostFiles,
  several: readonly (readonly [directory: BytePath, places: readonly string[]])[],
  signal: AbortSignal,
): AsyncGenerator<MergedEntries> {
  const listed = new Map<string, LayerEntry[]>()
  const places = several.flatMap(([, own]) => own)
  const marked = new Set<string>()
  for await (const { directory, entries: all } of entriesBelow(host, places, signal)) {
    const { entries, opaque } = meantBy(host, all)
    for (const path of opaque) marked.add(`${directory}${path}`)
    const list = listed.get(directory)
    if (list === undefined) listed.set(directory, [...entries])
    else for (const entry of entries) list.push(entry)
  }
  const stacks = several.map(([, own]) => own.map((place) => listed.get(place) ?? []))
  const contested = several.flatMap(([, own], at) => contestedIn(own, stacks[at] ?? []))
  const opaque = await opaqueDirectories(host, contested, signal)
  for (const [at, [directory, own]] of several.entries()) {
    const isOpaque = (part: number, path: string) => {
      const place = `${own[part] ?? ''}${path}`
      return opaque.has(place) || marked.has(place)
    }
    yield { directory, entries: merged(stacks[at] ?? [], isOpaque) }
  }
}

function meantBy({ dialect }: HostFiles, entries: readonly LayerEntry[]) {
  return dialect?.driver === 'fuse-overlayfs' ? fuseEntries(entries) : { entries, opaque: [] }
}

/** Directories that a layer below has too: only there the opaque mark matters. */
function contestedIn(places: readonly string[], stack: readonly (readonly LayerEntry[])[]): string[] {
  const below = new Set<string>()
  const contested: string[] = []
  for (let part = stack.length - 1; part >= 0; part -= 1) {
    const directories = (stack[part] ?? []).filter(({ type }) => type === 'directory')
    for (const { path } of directories) if (below.has(path)) contested.push(`${places[part] ?? ''}${path}`)
    for (const { path } of directories) below.add(path)
  }
  return contested
}

/**
 * Merges layers, top first: what is seen first is shown, a whiteout and whatever is no directory hides its namesakes below, and an
 * opaque directory what is in them (overlayfs.rst, "whiteouts and opaque directories").
 */
function merged(
  stack: readonly (readonly LayerEntry[])[],
  isOpaque: (part: number, path: string) => boolean,
): LayerEntry[] {
  const shown: LayerEntry[] = []
  /** Whether a path is a directory so far, to which lower layers may add. */
  const open = new Map<string, boolean>()
  for (const [part, entries] of stack.entries()) {
    const hidden = new Set<string>()
    const closing: string[] = []
    for (const entry of entries) {
      const { path, type, whiteout } = entry
      const known = open.get(path)
      if (known === false || hidden.has(parentOf(bytePath(path)))) {
        if (type === 'directory') hidden.add(path)
        continue
      }
      if (known === undefined && !whiteout) shown.push(entry)
      open.set(path, type === 'directory')
      if (type === 'directory' && isOpaque(part, path)) closing.push(path)
    }
    for (const path of closing) open.set(path, false)
  }
  return shown
}
