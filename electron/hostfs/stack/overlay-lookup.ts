import { opaqueMark, whiteoutPrefix } from '../../core/changes/whiteout'
import type { LayerFacts, Place } from './lookup-facts'
import { noAttributes, type OverlayAttributes } from '../overlay/overlay-attributes'
import type { OverlayDialect } from '../host/overlay-dialect'
import type { HostStat } from '../lookups/stat-paths'

/** One version of a path: what is where, and where its content is, which differs for a file with metadata only. */
export interface Version {
  readonly stat: HostStat
  readonly at: Place
  readonly content: Place
}

/** What a path is to whoever looks at a stack of layers. */
export interface Sight {
  /** The topmost version that nothing hides; absent where there is none. */
  readonly version?: Version
  /** Where a directory's entries are, from the top. */
  readonly merged: readonly Place[]
}

/** A name that is looked for, and what is known where. */
export interface Look {
  readonly dialect: OverlayDialect
  readonly facts: LayerFacts
  /** The roots of all layers, top first. */
  readonly roots: readonly Place[]
  /** Where the parent's entries are, from the top. */
  readonly parts: readonly Place[]
  readonly name: string
  /** Whether the name was looked up in all parts, so that what is not known there is not there. */
  readonly asked: boolean
  /** Whether to find the content of a file with metadata only. */
  readonly content: boolean
}

/** How a look goes on from layer to layer. */
interface Way {
  /** A name in the parent's parts, or a path from the roots once a redirect that has one was followed. */
  name: string
  asked: boolean
  stopped: boolean
  directory: boolean
  metacopy: boolean
}

interface Found {
  readonly stat: HostStat
  readonly at: Place
}
type Answer = Found | 'missing' | 'unknown'

/**
 * Looks for a name as overlayfs does (fs/overlayfs/namei.c, ovl_lookup), from the top until something hides the rest: a
 * whiteout, a file, an opaque directory. A redirect makes the layers below be asked for another name. Says `unknown` while
 * facts are missing.
 */
export function lookThrough(look: Look): Sight | 'unknown' {
  const way: Way = { name: look.name, asked: look.asked, stopped: false, directory: false, metacopy: false }
  const merged: Place[] = []
  let first: Found | undefined
  let content: Place | undefined
  let { parts } = look
  for (let index = 0; index < parts.length && !way.stopped; index += 1) {
    const found = inLayer(look, parts, index, way)
    if (found === 'unknown') return 'unknown'
    if (found === 'missing') continue
    first ??= found
    if (found.stat.type === 'directory') merged.push(found.at)
    else content = found.at
    if (isPath(way.name) && parts !== look.roots) {
      parts = look.roots
      index = found.at.layer
    }
  }
  if (first === undefined) return { merged }
  return { version: { ...first, content: content ?? first.at }, merged }
}

function isPath(name: string): boolean {
  return name.startsWith('/')
}

/** Looks into one of the parts. Lists of what is below are made only where they are wanted: an image may have 128 layers. */
function inLayer(look: Look, parts: readonly Place[], index: number, way: Way): Answer {
  const part = parts[index]
  if (part === undefined) return 'missing'
  if (!isPath(way.name)) {
    const { name, asked } = way
    // All parts at once, for fewer round trips.
    if (!asked) for (const other of parts.slice(index + 1)) look.facts.stat(placeIn(other, name), false)
    const hides = () =>
      parts.slice(index + 1).some((other) => look.facts.stat(placeIn(other, name), asked) !== 'missing')
    return single(look, part, { name, before: 0, after: '' }, way, hides)
  }
  for (const root of look.roots.slice(part.layer)) wantPath(look.facts, root, way.name)
  let directory: Place = { layer: part.layer, path: '' }
  // What follows keeps its length while a redirect on the way changes what comes before it.
  for (let left = way.name.length - 1; ;) {
    const before = way.name.length - left
    const slash = way.name.indexOf('/', before)
    const end = slash === -1 ? way.name.length : slash
    const step = { name: way.name.slice(before, end), before, after: way.name.slice(end) }
    const found = single(look, directory, step, way, () => true)
    if (typeof found === 'string' || step.after === '' || found.stat.type !== 'directory') return found
    left -= step.name.length + 1
    directory = found.at
  }
}

/** One name in one directory of one layer, with what comes before and after it in a path from the root. */
function single(
  { facts, dialect, content, roots }: Look,
  part: Place,
  { name, before, after }: { name: string; before: number; after: string },
  way: Way,
  hides: () => boolean,
): Answer {
  const at = placeIn(part, name)
  const stat = facts.stat(at, way.asked)
  const deleted = isDeleted(facts, dialect, part, at, stat)
  if (stat === 'unknown' || deleted === 'unknown') return 'unknown'
  if (deleted) way.stopped = true
  if (stat === 'missing' || deleted) return 'missing'
  const last = after === ''
  const isDirectory = stat.type === 'directory'
  const fits = isDirectory ? !(last && way.metacopy) : last && !way.directory
  if (!fits || (way.metacopy && last && stat.type !== 'file')) {
    way.stopped = true
    return 'missing'
  }
  let attributes: OverlayAttributes | 'unknown' = noAttributes
  if (isDirectory) {
    if (last) way.directory = true
    // The lowest layer has nothing below it to hide or to lead to.
    if (at.layer === roots.length - 1) return { stat, at }
    if (dialect.redirects || hides()) attributes = directoryMarks(facts, dialect, at)
    if (attributes === 'unknown') return 'unknown'
    if (attributes.opaque === 'all') way.stopped = true
  } else {
    if (content && dialect.metacopy && stat.type === 'file') attributes = facts.file(at)
    if (attributes === 'unknown') return 'unknown'
    way.metacopy = attributes.metacopy
    if (!way.metacopy) way.stopped = true
  }
  const stays = isDirectory ? attributes.opaque === 'all' : !attributes.metacopy
  if (!stays && attributes.redirect !== undefined) follow(way, attributes.redirect, before, after)
  return { stat, at }
}

/** An opaque directory on the way to the end of a path hides nothing of a path that begins at the roots again. */
function follow(way: Way, redirect: string, before: number, after: string): void {
  if (isPath(redirect)) way.stopped = false
  way.name = (isPath(redirect) ? '' : way.name.slice(0, before)) + redirect + after
  way.asked = false
}

function isDeleted(
  facts: LayerFacts,
  dialect: OverlayDialect,
  part: Place,
  at: Place,
  stat: HostStat | 'missing' | 'unknown',
): boolean | 'unknown' {
  if (typeof stat === 'object' && stat.whiteout) return true
  if (dialect.driver === 'fuse-overlayfs') {
    const mark = facts.stat(placeIn(part, whiteoutPrefix + at.path.slice(part.path.length + 1)), false)
    return mark === 'unknown' ? mark : mark !== 'missing'
  }
  if (typeof stat === 'string' || stat.type !== 'file' || stat.size > 0) return false
  const marks = facts.directory(part)
  if (marks === 'unknown') return marks
  if (marks.opaque !== 'whiteouts') return false
  const attributes = facts.file(at)
  return attributes === 'unknown' ? attributes : attributes.whiteout
}

function directoryMarks(
  facts: LayerFacts,
  dialect: OverlayDialect,
  at: Place,
): OverlayAttributes | 'unknown' {
  const attributes = facts.directory(at)
  if (dialect.driver === 'kernel') return attributes
  const mark = facts.stat(placeIn(at, opaqueMark), false)
  if (attributes === 'unknown' || mark === 'unknown') return 'unknown'
  return mark === 'missing' ? attributes : { ...attributes, opaque: 'all' }
}

function placeIn(directory: Place, name: string): Place {
  return { layer: directory.layer, path: `${directory.path}/${name}` }
}

/** Asks for everything on a path from a root. */
function wantPath(facts: LayerFacts, root: Place, path: string): void {
  for (let end = path.indexOf('/', 1); end !== -1; end = path.indexOf('/', end + 1))
    facts.stat({ layer: root.layer, path: path.slice(0, end) }, false)
  facts.stat({ layer: root.layer, path }, false)
}
