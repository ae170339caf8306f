import type { Container } from '../../stores/containers/containers'
import type { ImageSummary } from '../../stores/images/images'
import type { StackSource } from '../../stores/place/place'
import { shortId } from '../../ui/text/ids'
import { imageName, imageWords } from '../images/image-list'

/** One thing that has a stack, as a picker offers it. */
export interface StackEntry {
  /** Stable key of the source. */
  readonly key: string
  readonly kind: 'container' | 'image'
  readonly name: string
  /** Image of a container, or the id of an image. */
  readonly detail: string
  /** By what else it is found: all names and the whole id. */
  readonly words: string
  /** Name of its host, where there is more than one. */
  readonly host?: string
  readonly source: StackSource
}

function sourceKey(source: StackSource): string {
  return 'image' in source
    ? `${source.hostId} image ${source.image}`
    : `${source.hostId} container ${source.containerId}`
}

/** Everything on a host that can be compared. */
export function stackEntries(
  hostId: string,
  containers: readonly Container[],
  images: readonly ImageSummary[],
  host?: string,
): StackEntry[] {
  const named = host === undefined ? {} : { host }
  const ofContainers = containers.map((container): StackEntry => {
    const source = { hostId, containerId: container.id }
    return {
      key: sourceKey(source),
      kind: 'container',
      name: container.name,
      detail: container.image,
      words: container.id,
      ...named,
      source,
    }
  })
  const ofImages = images.map((image): StackEntry => {
    const source = { hostId, image: image.id }
    return {
      key: sourceKey(source),
      kind: 'image',
      name: imageName(image),
      detail: shortId(image.id),
      words: imageWords(image),
      ...named,
      source,
    }
  })
  return [...ofContainers, ...ofImages]
}

/** The entry a source stands for; also when the source names an image by one of its references. */
export function entryOf(source: StackSource, entries: readonly StackEntry[]): StackEntry | undefined {
  const key = sourceKey(source)
  return entries.find((entry) => entry.key === key)
}

/** Entries whose names, ids, details and hosts have every word of the search. */
export function matchingEntries(entries: readonly StackEntry[], search: string): StackEntry[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean)
  return entries.filter((entry) => {
    const text = `${entry.name} ${entry.detail} ${entry.words} ${entry.host ?? ''}`.toLowerCase()
    return words.every((word) => text.includes(word))
  })
}
