import { failed, isFailure } from '../../core/base/failure'
import { isOverlayOwn, type Attributes, type PathFacts } from '../../core/changes/path-facts'
import { bytesOf, hostPath, type HostFiles } from '../../hostfs/host/host-files'
import { openPath } from '../../hostfs/content/open-path'
import { pathAttributes } from '../../hostfs/lookups/path-attributes'
import { placeOfPath, type LayerPath, type PathPlace } from '../../hostfs/stack/place-of-path'
import { sameContent } from '../../hostfs/content/same-content'
import { lowerStack } from '../images/compared-image'
import { textOf } from '../base/content-text'
import type { HostSession } from '../host/host-session'
import { largestCompared, type BothVersions, type ComparedPath } from './both-versions'

/**
 * Both versions of a path as the host's own files have them, with extended attributes and the layer that has the lower one. Where
 * they are is found once; everything else is then asked at once, since each question is a command and a line may be slow.
 * @throws FailureError `lens-unavailable`, `command-failed`
 */
export async function versionsOnHost(
  session: HostSession,
  { container, path, against }: ComparedPath,
  signal: AbortSignal,
): Promise<BothVersions> {
  const files = await session.filesOf(container, signal)
  if (!files.works) throw failed('lens-unavailable', `The host lens cannot be used: ${files.reason}`)
  const host = files.files
  const layers = [files.directories.upper, ...files.directories.lower].map(bytesOf)
  const stack = await lowerStack(session, files, against, signal)
  const [now, below] = await Promise.all([
    placeOfPath(host, layers, path, signal),
    placeOfPath(host, stack.layers, path, signal),
  ])
  const [upper, lower, attributes, content] = await Promise.all([
    now && factsAt(host, now, signal),
    below && factsAt(host, below, signal),
    attributesAt(host, [now, below], signal),
    contentAt(host, now, below, signal),
  ])
  const layer = below && imageLayer(stack.image, below.at.layer)
  const numbered = layer === undefined ? {} : { layer }
  const isOwn = now?.at.layer === layers[0]
  return {
    upper: upper && { ...upper, ...attributes.of(now), ...(isOwn ? {} : numbered) },
    lower: lower && { ...lower, ...attributes.of(below), ...numbered },
    sameContent: content.same,
    unknown: [...attributes.unknown, ...content.unknown],
  }
}

async function factsAt(
  host: HostFiles,
  place: PathPlace,
  signal: AbortSignal,
): Promise<PathFacts | undefined> {
  // Of a file no content is wanted; a link gives its target whatever is asked for.
  const opened = await openPath(
    host,
    place.content.layer,
    place.content.path,
    { offset: 0, length: 0 },
    signal,
  )
  if (opened === undefined) return undefined
  try {
    const stat = place.metadata ?? opened.stat
    if (stat.whiteout) return undefined
    const { type, size, mode, uid, gid, modifiedAt, device } = stat
    const sized = type === 'file' || type === 'symlink' ? { size } : {}
    const target = type === 'symlink' ? { linkTarget: await textOf(opened.content) } : {}
    return { type, mode, uid, gid, modifiedAt, device, ...sized, ...target }
  } finally {
    await opened.close()
  }
}

async function attributesAt(
  host: HostFiles,
  places: readonly (PathPlace | undefined)[],
  signal: AbortSignal,
) {
  const asked = places.flatMap((place) => (place === undefined ? [] : [place.at]))
  const found = await pathAttributes(host, asked, 'all', signal)
  return {
    of(place: PathPlace | undefined): Pick<PathFacts, 'attributes'> {
      const attributes = place === undefined ? undefined : found?.get(asked.indexOf(place.at))
      return attributes === undefined ? {} : { attributes: withoutOverlayOwn(attributes) }
    },
    unknown:
      found === undefined
        ? ['Extended attributes are not known: the host has no getfattr (package attr).']
        : [],
  }
}

function withoutOverlayOwn(attributes: Attributes): Attributes {
  return new Map([...attributes].filter(([name]) => !isOverlayOwn(name)))
}

interface Comparison {
  /** Nothing where it was not found out, which `unknown` then says, or where there are no two files. */
  readonly same?: boolean
  readonly unknown: readonly string[]
}

/** Compares two files where they lie, so that no content crosses the line. */
async function contentAt(
  host: HostFiles,
  now: PathPlace | undefined,
  below: PathPlace | undefined,
  signal: AbortSignal,
): Promise<Comparison> {
  const [one, other] = [now?.stat, below?.stat]
  if (now === undefined || below === undefined || one?.type !== 'file' || other?.type !== 'file')
    return { unknown: [] }
  if (one.size !== other.size) return { same: false, unknown: [] }
  if (one.size === 0 || isSamePlace(now.content, below.content)) return { same: true, unknown: [] }
  if (one.size > largestCompared.bytes) return { unknown: [largestCompared.sentence] }
  const { layer, path } = now.content
  const place = hostPath(below.content.layer, below.content.path)
  try {
    const same = (await sameContent(host, layer, [{ path, place }], signal)).get(0)
    if (same !== undefined) return { same, unknown: [] }
    return { unknown: ['The content was replaced while it was compared.'] }
  } catch (error) {
    if (!isFailure(error, 'command-failed')) throw error
    return { unknown: [`The content was not compared. ${error.failure.message}`] }
  }
}

function isSamePlace(one: LayerPath, other: LayerPath): boolean {
  return one.layer === other.layer && one.path === other.path
}

/** The number of an image's layer; nothing for one that is not known to be the image's. `image` is top first. */
function imageLayer(image: readonly string[], layer: string): PathFacts['layer'] {
  const at = image.indexOf(layer)
  return at === -1 ? undefined : { number: image.length - at, of: image.length }
}
