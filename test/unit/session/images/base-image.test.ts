import { expect, it } from 'vitest'
import { baseImage, openBaseReader } from '../../../../electron/session/images/base-image'
import { fakeEngine } from '../../../builders/engines/fake-engine'

const rootfs = { id: '1', name: 'made-of-a-directory', image: '', imageId: '' }
const { signal } = new AbortController()

it('a container without an image is said to be one, and no engine is asked for its image', async () => {
  for (const asked of [baseImage(fakeEngine(), rootfs, signal), openBaseReader(fakeEngine(), rootfs, signal)])
    await expect(asked).rejects.toMatchObject({
      failure: { kind: 'conflict', message: expect.stringContaining('made without an image') as string },
    })
})
