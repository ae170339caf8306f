import { z } from 'zod'
import { isAtLeast } from '../http/api-version'
import type { ImageInUse } from '../engine'
import type { DockerApi } from './api'

// Engine API, ImageList; with `manifests` (1.47 and later) it tells of each platform's image whether all of it is there.
const listed = z.object({
  Id: z.string(),
  Manifests: z
    .array(
      z.object({
        ID: z.string(),
        Available: z.boolean(),
        Kind: z.string(),
        ImageData: z.object({ Containers: z.array(z.string()).nullish() }).nullish(),
      }),
    )
    .nullish(),
})

type ListedImage = z.infer<typeof listed>

/**
 * Whether everything a container's image is made of is in the containerd store, which keeps the archives of layers apart from
 * their unpacked files, so that containers run while archives are gone. Nothing but headers is read for it:
 * an image that can be inspected and is not listed lacks an archive (measured with Docker 26), and newer versions say so
 * (measured with Docker 28, which lists the image and names no containers of a platform whose archives are gone).
 */
export async function hasAllContent(
  api: DockerApi,
  image: ImageInUse,
  signal: AbortSignal,
): Promise<boolean> {
  const query = { all: '1', ...(isAtLeast(api.version, '1.47') ? { manifests: '1' } : {}) }
  const [found] = await api.list(
    listed,
    (some) => some.filter(({ Id }) => Id === image.imageId),
    { path: '/images/json', query },
    signal,
  )
  return isWhole(found, image)
}

/** Of an image for several platforms only the one that the container runs is needed; where nothing tells which, any. */
function isWhole(found: ListedImage | undefined, { containerId, manifestDigest }: ImageInUse): boolean {
  if (found === undefined) return false
  if (found.Manifests === undefined || found.Manifests === null) return true
  const platforms = found.Manifests.filter(({ Kind }) => Kind === 'image')
  const own = platforms.filter(
    ({ ID, ImageData }) => ID === manifestDigest || ImageData?.Containers?.includes(containerId),
  )
  return (own.length > 0 ? own : platforms).some(({ Available }) => Available)
}
