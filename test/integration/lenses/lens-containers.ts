import { nextSecond } from '../../engines/wait'
import {
  removeContainers,
  removeImages,
  runInContainer,
  startContainer,
} from '../../engines/docker/containers'
import { buildLayers } from '../../engines/images/images'
import { baseImage, sharedEngine } from '../../engines/docker/shared-engine'
import { layerCases } from './layer-cases'
import { folderOf, type LensCase } from './lens-case'
import { plainCases } from './plain-cases'
import { publicCases } from './public-cases'
import { nameCases, specialCases } from './special-cases'

/** Every case, each in a folder of its own. */
export const allCases: readonly LensCase[] = [
  ...plainCases,
  ...specialCases,
  ...nameCases,
  ...layerCases,
  ...publicCases,
]

function inFolders(scriptOf: (lensCase: LensCase) => string | undefined): string {
  // A brace group would end the whole script at its first failing command without saying which case it was.
  return allCases
    .map((lensCase) => {
      const script = scriptOf(lensCase)
      const folder = folderOf(lensCase)
      return script === undefined
        ? ''
        : `( cd ${folder}\n${script}\n) || { echo failed in ${folder} >&2; exit 1; }`
    })
    .join('\n')
}

/** Builds the image of all cases and starts containers of it in which everything happened. */
export async function startLensContainers(image: string, names: readonly string[]): Promise<void> {
  const { docker } = sharedEngine()
  const depth = Math.max(...allCases.map(({ layers }) => layers.length))
  const folders = `mkdir -p ${allCases.map(folderOf).join(' ')}`
  const layers = Array.from({ length: depth }, (_, layer) => inFolders((lensCase) => lensCase.layers[layer]))
  await buildLayers(docker, image, baseImage, [folders, ...layers])
  await nextSecond()
  for (const name of names) {
    await startContainer(docker, { name, image })
    await runInContainer(
      docker,
      name,
      inFolders(({ container }) => container),
    )
  }
}

/** Removes what `startLensContainers` made. */
export async function removeLensContainers(image: string, names: readonly string[]): Promise<void> {
  const { docker } = sharedEngine()
  await removeContainers(docker, ...names)
  await removeImages(docker, image)
}
