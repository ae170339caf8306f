import { describe, expect, it } from 'vitest'
import type { ContainerDetails } from '../../../electron/engine/engine'
import { watchPause } from '../../../electron/session/pause-watch'
import { fakeEngine } from '../../builders/fake-engine'

const { signal } = new AbortController()
const running = { id: '1', state: 'running' } as ContainerDetails

describe('whether a container stood still while it was committed', () => {
  it('needs no listening where the commit would have made nothing otherwise', async () => {
    const engine = fakeEngine({ commitProvesPause: true })
    const watch = await watchPause(engine, running, true, signal)
    expect(await watch.frozen()).toBe(true)
    watch.close()
  })

  it('is not so where nobody asked for a pause', async () => {
    const engine = fakeEngine({ commitProvesPause: true })
    const watch = await watchPause(engine, running, false, signal)
    expect(await watch.frozen()).toBe(false)
    watch.close()
  })
})
