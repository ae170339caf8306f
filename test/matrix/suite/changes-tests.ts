import { describe, expect, test } from 'vitest'
import { dockerDiff, inOrder, withoutLeading } from '../../integration/lenses/listings'
import type { ExpectedRow } from '../../integration/lenses/lens-case'
import { states } from '../rig/matrix-engine'
import type { Suite } from '../rig/tested-way'
import { expectAsWalked, inImage, rowsOf } from '../rig/walked-changes'

/** Both lenses on a running and on a stopped container, and the content of both versions. */
export function changesTests({ expected, measured, engine, way }: Suite): void {
  describe.each(states)('a %s container', (state) => {
    const input = () => ({ hostId: way().hostId, containerId: engine().containers[state].name })

    test('its changes through the engine lens are those that the engine tells', async () => {
      const { lens, changes } = await way().value('changes.list', { ...input(), lens: 'engine' })
      const told = await dockerDiff(engine().engine.socketPath, engine().containers[state].name)
      expect(lens).toBe('engine')
      expect(rowsOf(changes)).toEqual(withoutLeading(told))
      measured.add('changes, engine lens', '✓')
    })

    test('its changes through the host lens are those of a naive walk, or it is said why not', async () => {
      const { hostLens } = expected
      if (!hostLens.works) {
        const failure = await way().failure('changes.list', { ...input(), lens: 'host' })
        expect(failure).toMatchObject({
          kind: 'lens-unavailable',
          message: `The host lens cannot be used: ${hostLens.reason}`,
        })
        const listed = await way().value('changes.list', input())
        expect(listed).toMatchObject({ lens: 'engine', reason: hostLens.reason })
        measured.add('changes, host lens', 'says no')
        return
      }
      const { lens, reason, changes } = await way().value('changes.list', input())
      expect({ lens, reason }).toEqual({ lens: 'host', reason: undefined })
      expectAsWalked(changes, engine().containers[state], expected.runtimePaths)
      measured.add('changes, host lens', '✓')
    })

    test('both lenses tell the same, but for what the engine cannot tell', async () => {
      if (!expected.hostLens.works) return
      const host = rowsOf((await way().value('changes.list', { ...input(), lens: 'host' })).changes)
      const engines = rowsOf((await way().value('changes.list', { ...input(), lens: 'engine' })).changes)
      expect(engines.filter(inImage)).toEqual(asEngineTells(host.filter(inImage), expected.replacedIsDeleted))
    })

    test.each([
      ['modified', 'upper', 'one\ntwo\n'],
      ['modified', 'lower', 'one\n'],
      ['deleted', 'lower', 'one\n'],
      ['second', 'lower', 'two\n'],
      ['added', 'upper', 'new\n'],
    ] as const)('content of a path that is %s, its %s version', async (name, side, content) => {
      const read = await way().value('content.read', { ...input(), path: `/r/${name}`, side })
      expect(Buffer.from(read.bytes, 'base64').toString()).toBe(content)
      expect(read).toMatchObject({ exists: true, type: 'file', through: throughOf(expected.hostLens.works) })
      measured.add('content', expected.hostLens.works ? '✓' : 'through the engine')
    })

    test.each([
      ['deleted', 'upper'],
      ['added', 'lower'],
      ['hidden', 'lower'],
    ] as const)('nothing is read of a path that is %s, of its %s version', async (name, side) => {
      const read = await way().value('content.read', { ...input(), path: `/r/${name}`, side })
      expect(read).toMatchObject({ exists: false, bytes: '' })
    })
  })
}

const throughOf = (onHost: boolean): 'host' | 'engine' => (onHost ? 'host' : 'engine')

const replaced = ['/r/old-tree', '/r/replaced']

/**
 * The rows of the host lens as the engine can tell them: bytes that are not UTF-8 become U+FFFD, and the own change of a directory
 * above others is not told. Podman tells of a directory that was made again that it was deleted.
 */
function asEngineTells(host: readonly ExpectedRow[], replacedIsDeleted: boolean): ExpectedRow[] {
  const told = withoutLeading(host).map(({ kind, path }) => {
    const text = Buffer.from(path, 'latin1').toString('utf8')
    return { kind, path: Buffer.from(text, 'utf8').toString('latin1') }
  })
  if (!replacedIsDeleted) return inOrder(told)
  const isLost = ({ kind, path }: ExpectedRow) =>
    kind === 'deleted' && replaced.some((directory) => path.startsWith(`${directory}/`))
  const deleted = replaced.map((path) => ({ kind: 'deleted' as const, path }))
  return inOrder([...told.filter((row) => !isLost(row)), ...deleted])
}
