import { expect, it } from 'vitest'
import { ownSnapshots, type LabelledImage } from '../../../electron/engine/own-snapshots'

const image = (id: string, created: number, some: Partial<LabelledImage> = {}): LabelledImage => ({
  ...{ id, created, parent: '', snapshotId: 'a' },
  ...some,
})
const own = (...images: LabelledImage[]) => Object.fromEntries(ownSnapshots(images))

it('a snapshot is one whatever was built from it, by whichever builder', () => {
  const snapshot = image('snapshot', 100, { parent: 'base' })
  const classic = image('classic', 50, { parent: 'snapshot' })
  const further = image('further', 40, { parent: 'classic' })
  const buildKit = image('buildkit', 120)
  expect(own(buildKit, classic, further, snapshot)).toEqual({ snapshot: 'a' })
})

it('a snapshot of a container of a snapshot has an id of its own', () => {
  const second = image('second', 200, { parent: 'first', snapshotId: 'b' })
  expect(own(image('first', 100), second)).toEqual({ first: 'a', second: 'b' })
})

it('an image without the label is none, and of two that could be it both are kept', () => {
  const plain = image('plain', 1, { snapshotId: undefined })
  expect(own(plain, image('one', 100), image('other', 100))).toEqual({ one: 'a', other: 'a' })
})

it('two hundred thousand images with the label of one are looked through', () => {
  const built = Array.from({ length: 200_000 }, (_, number) => image(`built-${number}`, 200 + number))
  expect(own(...built.slice(0, 10), image('snapshot', 100))).toEqual({ snapshot: 'a' })
  expect(ownSnapshots([...built, image('snapshot', 100)])).toEqual(new Map([['snapshot', 'a']]))
})
