import { afterAll, beforeAll, expect, it } from 'vitest'
import { bytePath } from '../../../../electron/core/base/byte-path'
import { bytesOf, probeHostFiles, type HostFiles } from '../../../../electron/hostfs/host/host-files'
import { linksInLayers } from '../../../../electron/hostfs/stack/links-in-layers'
import { openLocalTransport } from '../../../../electron/transport/local/local-transport'
import { overlayFolders } from '../../../builders/overlay/overlay-folders'

const { signal } = new AbortController()
const folders = overlayFolders()
let host: HostFiles

beforeAll(async () => {
  folders.inFolder(
    'low',
    'mkdir -p d/below; ln -s ../low d/link; ln -s gone deleted; ln -s x replaced; echo 1 >file',
  )
  folders.change(
    'upper',
    ['low'],
    'rm deleted replaced; mkdir replaced; ln -s "a b" replaced/new; ln -s up d/upper',
  )
  const probe = await probeHostFiles(openLocalTransport(), folders.root, signal)
  if (!probe.works) throw new Error(probe.reason)
  host = probe.files
})
afterAll(() => {
  folders.remove()
})

const asked = [
  '/d',
  '/d/link',
  '/d/link/x',
  '/d/below',
  '/d/upper',
  '/deleted',
  '/replaced',
  '/replaced/new',
  '/file',
  '/no/such',
]

async function links(layers: readonly string[]) {
  const places = layers.map((layer) => bytesOf(`${folders.root}/${layer}`))
  return Object.fromEntries(await linksInLayers(host, places, asked.map(bytePath), signal))
}

it('finds the links that the layers show together, and none that something above hides', async () => {
  expect(await links(['upper', 'low'])).toEqual({
    '/d/link': '../low',
    '/d/upper': 'up',
    '/replaced/new': 'a b',
  })
})

it('finds those of the layers below', async () => {
  expect(await links(['low'])).toEqual({ '/d/link': '../low', '/deleted': 'gone', '/replaced': 'x' })
})
