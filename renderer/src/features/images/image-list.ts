import type { ImageSummary } from '../../stores/images/images'
import { momentOf } from '../../ui/text/ages'
import { shortId } from '../../ui/text/ids'

export const imageSorts = ['created', 'name', 'size'] as const
export type ImageSort = (typeof imageSorts)[number]

/** What to call an image: its first name, or the beginning of its id where it has none. */
export function imageName(image: Pick<ImageSummary, 'id' | 'references'>): string {
  return image.references[0] ?? shortId(image.id)
}

/** By what an image is found, in every list of images: all its names, and its id. */
export function imageWords(image: Pick<ImageSummary, 'id' | 'references'>): string {
  return [...image.references, image.id].join(' ')
}

/** The images to show, in order: every word of the search must be in a name or the id. */
export function shownImages(
  images: readonly ImageSummary[],
  search: string,
  sort: ImageSort,
): ImageSummary[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean)
  return images
    .filter((image) => {
      const text = imageWords(image).toLowerCase()
      return words.every((word) => text.includes(word))
    })
    .sort((a, b) => compare(sort, a, b))
}

function compare(sort: ImageSort, a: ImageSummary, b: ImageSummary): number {
  const untaggedLast = Number(a.references.length === 0) - Number(b.references.length === 0)
  const byName = untaggedLast || imageName(a).localeCompare(imageName(b), 'en', { numeric: true })
  switch (sort) {
    case 'created':
      return momentOf(b.createdAt) - momentOf(a.createdAt) || byName
    case 'size':
      return (b.size ?? -1) - (a.size ?? -1) || byName
    case 'name':
      return byName
  }
}
