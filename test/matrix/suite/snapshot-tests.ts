import { beforeAll, describe, expect, test } from 'vitest'
import type { OperationOutput } from '../../../electron/contract/contract'
import { runInContainer } from '../../engines/docker/containers'
import { nextSecond } from '../../engines/wait'
import { uniqueName } from '../../engines/docker/shared-engine'
import { matrixHistory } from '../rig/matrix-image'
import { states } from '../rig/matrix-engine'
import type { Suite } from '../rig/tested-way'

const message = 'first line\n\nsecond "line" 提高上限'
const author = 'Somebody <somebody@example.org>'

/** Of a line of the report: path, its bytes where they are not UTF-8, kind. */
function kindAndPath(line: string): string {
  const [path = '', , kind = ''] = line.split(',')
  return `${kind} ${path}`
}

/** A snapshot of each container, what became of it, and the container against it. */
export function snapshotTests({ expected, measured, engine, way }: Suite): void {
  test('an image is told with its layers and what made them', async () => {
    const stack = await way().value('images.stack', { hostId: way().hostId, image: expected.image })
    expect(stack.layers).toHaveLength(2)
    expect(stack.historySource).toBe(expected.history)
    const authors = expected.history === 'config'
    const told = matrixHistory.map((step) => (authors ? step : { ...step, author: '' }))
    expect(stack.history).toMatchObject(told)
    measured.add('stacks, comparison', authors ? '✓' : '✓, without authors of steps')
  })

  describe.each(states)('a snapshot of a %s container', (state) => {
    const name = uniqueName('kept')
    const reference = `lamina-test/${name}:1`
    let made: OperationOutput<'snapshots.commit'>

    beforeAll(async () => {
      await engine().changed(name, state)
      const pause = state === 'stopped' || expected.pauses
      const input = { hostId: way().hostId, containerId: name, reference, message, author, pause }
      made = await way().value('snapshots.commit', input)
    })

    test('has one layer more than its base, and carries message, author and label', async () => {
      expect(made).toMatchObject({ baseLayers: 2, layers: 3, empty: false })
      const { docker } = engine().engine
      const inspected = await docker(['image', 'inspect', '--format', '{{json .}}', made.imageId])
      const image = JSON.parse(inspected.stdout) as {
        readonly Comment: string
        readonly Author: string
        readonly Config: { readonly Labels: Record<string, string> }
        readonly RootFS: { readonly Layers: readonly string[] }
      }
      expect(image.RootFS.Layers).toHaveLength(3)
      expect(image.Author).toBe(author)
      expect(image.Config.Labels['lamina.snapshot']).toBe(made.snapshotId)
      const stack = await way().value('images.stack', { hostId: way().hostId, image: reference })
      expect(stack).toMatchObject({ id: made.imageId, author, comment: message })
      const comment = expected.stepComment ?? message
      expect(stack.history.at(-1)).toMatchObject({ author, comment, empty: false })
      expect(stack.layers.map(({ diffId }) => diffId)).toEqual(image.RootFS.Layers)
      measured.add('commit, checked', '✓')
    })

    test('can be made a container of, which has what was changed', async () => {
      const { docker } = engine().engine
      const script = ['sh', '-c', 'cat /r/modified; ls /r/tree /r/deleted 2>/dev/null; ls /r/replaced']
      const run = await docker(['run', '--rm', '--network', 'none', reference, ...script])
      expect(run.stdout).toBe('one\ntwo\nkept\nnew\n')
    })

    test('shares all layers of its base in a comparison', async () => {
      const { hostId } = way()
      const left = { hostId, image: expected.image }
      const compared = await way().value('stacks.compare', { left, right: { hostId, image: reference } })
      expect(compared.shared).toBe(2)
      expect(compared.rows.map(({ relation }) => relation)).toEqual(['shared', 'shared', 'right'])
      expect(compared.right).toMatchObject({ layers: 3, author, comment: message })
    })

    test('is what its container is compared with', async () => {
      const { docker } = engine().engine
      const { hostId } = way()
      await nextSecond()
      const after = 'echo later > /r/later; rm /r/added; mv /r/new-name /r/newer-name'
      if (state === 'stopped') await docker(['start', name])
      await runInContainer(docker, name, after)
      if (state === 'stopped') await docker(['stop', '--time', '0', name])
      const { lens, listingId } = await way().value('changes.open', {
        hostId,
        containerId: name,
        against: reference,
      })
      const { text } = await way().value('changes.export', { listingId, format: 'csv' })
      expect(lens).toBe(expected.hostLens.works ? 'host' : 'engine')
      const changed = (text ?? '').split('\n').filter((line) => line.includes('/r/'))
      expect(changed.map(kindAndPath).sort()).toEqual([
        'added /r/later',
        'added /r/newer-name',
        'deleted /r/added',
        'deleted /r/new-name',
      ])
      await way().value('changes.close', { listingId })
      measured.add('against a snapshot', lens === 'host' ? '✓' : 'through the engine')
    })
  })
}
