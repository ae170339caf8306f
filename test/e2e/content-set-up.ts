import { afterAll, beforeAll } from 'vitest'
import { removeContainers, removeImages } from '../engines/containers'
import { sharedEngine, uniqueName } from '../engines/shared-engine'
import { buildContentImage, startContentContainer } from './content-container'
import { contentPane, type ContentPane } from './content-page'
import { laminaPage } from './pages'
import { openLamina, type LaminaWindow } from './window'

/** A container with every kind of content for the tests of a file. */
export function onContentContainer(what: string) {
  const engine = sharedEngine()
  const name = uniqueName(what)
  const image = `${name}:1`

  beforeAll(async () => {
    await buildContentImage(engine, image)
    await startContentContainer(engine, image, name)
  })
  afterAll(async () => {
    await removeContainers(engine.docker, name)
    await removeImages(engine.docker, image)
  })

  return {
    engine,
    name,
    /** A window with the container chosen; `dataDir` opens it on what an earlier one kept. */
    async opened(dataDir?: string): Promise<LaminaWindow & { readonly pane: ContentPane }> {
      const { dockerHost } = engine
      const window = await openLamina({ dockerHost, ...(dataDir === undefined ? {} : { dataDir }) })
      await laminaPage(window.page).container(name).click()
      return { ...window, pane: contentPane(window.page) }
    },
  }
}
