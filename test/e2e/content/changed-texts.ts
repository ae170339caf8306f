import { afterAll, beforeAll } from 'vitest'
import { removeContainers, removeImages, startContainer } from '../../engines/docker/containers'
import { buildImage } from '../../engines/images/images'
import { baseImage, sharedEngine, uniqueName } from '../../engines/docker/shared-engine'
import { contentPane, type ContentPane } from './content-page'
import { laminaPage } from '../rig/pages'
import { sharedWindow } from '../rig/shared-window'
import type { LaminaWindow } from '../rig/window'

/** A text as the image has it, and as the container has it. */
export type Versions = readonly [lower: string, upper: string]

/** A container whose image has these files below /srv, and which has written the other version of each; for the tests of a file. */
export function onChangedTexts(what: string, files: Readonly<Record<string, Versions>>) {
  const engine = sharedEngine()
  const name = uniqueName(what)
  const image = `${name}:1`

  beforeAll(async () => {
    const lower = Object.entries(files).map(([file, [text]]) => [`srv/${file}`, text] as const)
    await buildImage(engine.docker, image, [`FROM ${baseImage}`, 'COPY srv /srv'], Object.fromEntries(lower))
    await startContainer(engine.docker, { name, image })
    for (const [file, [, upper]] of Object.entries(files))
      await engine.docker(['exec', '--interactive', name, 'sh', '-c', `cat >/srv/${file}`], { input: upper })
  })
  afterAll(async () => {
    await removeContainers(engine.docker, name)
    await removeImages(engine.docker, image)
  })

  const open = sharedWindow(() => engine.dockerHost)
  return {
    /** A window with the container chosen. */
    async opened(): Promise<LaminaWindow & { readonly pane: ContentPane }> {
      const window = await open()
      await laminaPage(window.page).container(name).click()
      return { ...window, pane: contentPane(window.page) }
    },
  }
}
