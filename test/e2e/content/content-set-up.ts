import { afterAll, beforeAll } from 'vitest'
import { removeContainers, removeImages } from '../../engines/docker/containers'
import { sharedEngine, uniqueName } from '../../engines/docker/shared-engine'
import { buildContentImage, startContentContainer } from './content-container'
import { contentPane, type ContentPane } from './content-page'
import { laminaPage } from '../rig/pages'
import { sharedWindow } from '../rig/shared-window'
import { openLamina, type LaminaWindow, type WindowOptions } from '../rig/window'

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

  const open = sharedWindow(() => engine.dockerHost)
  const chosen = async (window: LaminaWindow): Promise<LaminaWindow & { readonly pane: ContentPane }> => {
    await laminaPage(window.page).container(name).click()
    return { ...window, pane: contentPane(window.page) }
  }
  return {
    engine,
    name,
    /** A window with the container chosen. */
    opened: async () => await chosen(await open()),
    /** In a process of its own. */
    openedAlone: async (options: Omit<WindowOptions, 'dockerHost'> = {}) =>
      await chosen(await openLamina({ dockerHost: engine.dockerHost, ...options })),
  }
}
