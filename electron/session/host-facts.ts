import { rootPath, type BytePath } from '../core/byte-path'
import { isOverlayOwn, type Attributes, type PathFacts } from '../core/path-facts'
import { failed } from '../core/failure'
import type { ContainerDetails } from '../engine/engine'
import { lowerPlaces } from '../hostfs/lower-places'
import { pathAttributes, type LayerPath } from '../hostfs/path-attributes'
import type { HostSession } from './host-session'

type HostFacts = Pick<PathFacts, 'attributes' | 'layer'>

/** What the host lens knows of a path beyond what stat and the content tell. */
export interface BothHostFacts {
  readonly upper: HostFacts
  readonly lower: HostFacts
  readonly unknown: readonly string[]
}

/**
 * Extended attributes of both versions of a path, and which of the image's layers has the lower one.
 * @throws FailureError `lens-unavailable`, `command-failed`
 */
export async function hostFacts(
  session: HostSession,
  container: ContainerDetails,
  path: BytePath,
  signal: AbortSignal,
): Promise<BothHostFacts> {
  const files = await session.filesOf(container)
  if (!files.works) throw failed('lens-unavailable', `The host lens cannot be used: ${files.reason}`)
  const host = files.files
  const layers = [files.directories.upper, ...files.directories.lower].map(bytesOf)
  const placeIn = async (stack: readonly string[]): Promise<LayerPath | undefined> => {
    if (path === rootPath) return { layer: stack[0] ?? '', path }
    const place = (await lowerPlaces(host, stack, [path], signal)).get(path)?.place
    const layer = stack.find((one) => place?.startsWith(`${one}/`) === true)
    return place === undefined || layer === undefined ? undefined : { layer, path: place.slice(layer.length) }
  }
  const [now, below] = await Promise.all([placeIn(layers), placeIn(layers.slice(1))])
  const both = [now, below].flatMap((place) => place ?? [])
  const found = await pathAttributes(host, both, 'all', signal)
  const of = (place: LayerPath | undefined): HostFacts => {
    const attributes = place === undefined ? undefined : found?.get(both.indexOf(place))
    return attributes === undefined ? {} : { attributes: withoutOverlayOwn(attributes) }
  }
  const number = below === undefined ? undefined : imageLayer(layers.slice(1), below.layer)
  const isOwn = now?.layer === layers[0]
  const layer = number === undefined ? {} : { layer: number }
  return {
    upper: { ...of(now), ...(isOwn ? {} : layer) },
    lower: { ...of(below), ...layer },
    unknown:
      found === undefined
        ? ['Extended attributes are not known: the host has no getfattr (package attr).']
        : [],
  }
}

/** Docker puts a layer of its own between image and container, whose directory ends so; it holds what it mounts on. */
const initLayer = /-init\/diff$/

/** The number of an image's layer; nothing for a layer that is the engine's own. `lower` is top first. */
function imageLayer(lower: readonly string[], layer: string): { number: number; of: number } | undefined {
  const image = lower.filter((one, at) => at > 0 || !initLayer.test(one))
  const at = image.indexOf(layer)
  return at === -1 ? undefined : { number: image.length - at, of: image.length }
}

function withoutOverlayOwn(attributes: Attributes): Attributes {
  return new Map([...attributes].filter(([name]) => !isOverlayOwn(name)))
}

/** The engine's text as bytes, the way every path is held here. */
function bytesOf(path: string): string {
  return Buffer.from(path, 'utf8').toString('latin1')
}
