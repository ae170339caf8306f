import { beforeAll, describe, expect, test } from 'vitest'
import { archiveWithHistory, loadImage } from '../../engines/images/loaded-image'
import type { Suite } from '../rig/tested-way'

const created = '2026-01-02T03:04:05Z'
const step = (created_by: string, more: object = {}) => ({ created, created_by, ...more })
const files = [{ second: 'x'.repeat(1000) }, { top: '2b' }]

/** Histories of an image with three layers, and whether each layer has its step there. */
const histories: Readonly<
  Record<string, { readonly history?: readonly object[]; readonly isWhole: boolean }>
> = {
  whole: {
    history: [step('a'), step('b'), step('ENV A=1', { empty_layer: true }), step('c')],
    isWhole: true,
  },
  none: { isWhole: false },
  empty: { history: [], isWhole: false },
  shorter: { history: [step('top alone')], isWhole: false },
  'shorter with an empty step': {
    history: [step('a'), step('WORKDIR /x', { empty_layer: true }), step('c')],
    isWhole: false,
  },
  longer: { history: [step('a'), step('b'), step('c'), step('d')], isWhole: false },
  'without flags': { history: [step('a'), step('ENV A=1'), step('b'), step('c')], isWhole: false },
}

/** Docker's graph drivers load no image that has more steps than layers; nothing is shown of it then. */
const refused = /too many non-empty layers in History section/

/** What is said of layers where a history, as other builders and `docker load` leave it, does not fit them. */
export function historyTests({ expected, engine, way }: Suite): void {
  describe.each(Object.entries(histories))('an image whose history is %s', (what, { history, isWhole }) => {
    const name = `lamina-test/history-${what.replaceAll(' ', '-')}:1`
    const image = expected.engine === 'Podman' ? `localhost/${name}` : name
    let isLoaded = true

    beforeAll(async () => {
      const archive = await archiveWithHistory(name, files, { created, ...(history && { history }) })
      try {
        await loadImage(engine().engine.docker, archive)
      } catch (error) {
        if (!refused.test(String(error))) throw error
        isLoaded = false
      }
    })

    test('is told with what is known of its layers, and with nothing else', async () => {
      if (!isLoaded) return
      const { hostId } = way()
      const stack = await way().value('images.stack', { hostId, image })
      expect(stack.historyIsWhole).toBe(isWhole)
      expect(stack.layers.map(({ createdBy }) => createdBy)).toEqual(isWhole ? ['a', 'b', 'c'] : ['', '', ''])
      const sizes = stack.layers.map(({ size }) => size)
      if (isWhole || expected.hostLens.works) {
        // What engines call size differs: bytes of files, of an archive, or on the disk.
        expect(sizes[0]).toBeGreaterThan(1_000_000)
        expect(sizes[1]).toBeLessThan(10_000)
        expect(sizes[2]).toBeLessThan(10_000)
      } else expect(sizes).toEqual([undefined, undefined, undefined])
      const steps = stack.history.filter(({ diffId }) => diffId !== undefined)
      expect(steps).toHaveLength(isWhole ? 3 : 0)
      const left = { hostId, image }
      const compared = await way().value('stacks.compare', { left, right: { hostId, image: expected.image } })
      expect(compared.shared).toBe(0)
      expect(compared.rows.filter(({ relation }) => relation === 'left')).toHaveLength(3)
      const sum = sizes.reduce<number | undefined>((all, size) => all && size && all + size, 1)
      expect(compared.leftBytes).toBe(sum && sum - 1)
      const answers = await way().value('images.inspect', { hostId, image })
      expect(JSON.parse(answers.inspect)).toBeTypeOf('object')
      expect((answers.history ?? answers.historyFailure?.message)?.length).toBeGreaterThan(0)
    })
  })

  test('an image that does not say when it was made has no age', async () => {
    const name = 'lamina-test/history-timeless:1'
    const history = [{ created_by: 'a' }, { created_by: 'b' }, { created_by: 'c' }]
    await loadImage(engine().engine.docker, await archiveWithHistory(name, files, { history }))
    const image = expected.engine === 'Podman' ? `localhost/${name}` : name
    const stack = await way().value('images.stack', { hostId: way().hostId, image })
    const listed = (await way().value('images.list', { hostId: way().hostId })).find(
      ({ id }) => id === stack.id,
    )
    expect(stack.layers.map(({ createdAt }) => createdAt)).toEqual(['', '', ''])
    // Podman puts in the time when it was loaded.
    const times = expected.engine === 'Podman' ? (expect.stringMatching(/^20/) as string) : ''
    expect([stack.createdAt, listed?.createdAt]).toEqual([times, times])
  })
}
