import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { EngineKind } from '../../engines/engine/private-engine'
import { changesTests } from './changes-tests'
import { commitTests } from './commit-tests'
import { documented, engineNames, Measured } from '../rig/documented'
import { expectations } from '../rig/expected'
import { historyTests } from './history-tests'
import { listTests } from './list-tests'
import { startMatrixEngine, type MatrixEngine } from '../rig/matrix-engine'
import { namesTests } from './names-tests'
import { snapshotTests } from './snapshot-tests'
import type { Suite } from '../rig/tested-way'
import { undoTests } from './undo-tests'
import { untouchedTests } from './untouched-tests'
import { wayNames } from '../rig/ways'

/** Every test of the matrix on one engine, which is started once, and `more` that only this engine is asked. */
export function testEngine(
  kind: EngineKind,
  more: (started: () => MatrixEngine) => void = () => undefined,
): void {
  const expected = expectations[kind]
  const measured = new Measured()
  let engine: MatrixEngine | undefined
  let version = ''
  const started = (): MatrixEngine => {
    if (engine === undefined) throw new Error('the engine is not started yet')
    return engine
  }

  beforeAll(async () => {
    engine = await startMatrixEngine(kind)
  })
  afterAll(async () => {
    await engine?.stop()
  })

  describe.each(wayNames)('%s', (wayName) => {
    const way = () => started().ways[wayName]
    const suite: Suite = { expected, measured, wayName, engine: started, way }

    test('the engine is told with its version, its storage and whether its files can be read', async () => {
      const description = await way().value('hosts.describe', { hostId: way().hostId })
      expect(description).toMatchObject({
        engine: expected.engine,
        version: expect.stringMatching(expected.version) as string,
        storageDriver: expected.storageDriver,
        hostLens: expected.hostLens,
      })
      version = description.version.replace(/\+.*$/, '')
    })
    listTests(suite)
    changesTests(suite)
    snapshotTests(suite)
    undoTests(suite)
    historyTests(suite)
  })

  commitTests(expected, started)
  namesTests(expected, started)
  more(started)
  // These are many, and stay until the engine goes.
  untouchedTests(kind, expected, started)

  test('the documentation tells what was measured', async () => {
    const { rows, text } = await documented()
    expect(rows).toContain(measured.row(`${expected.engine} ${version}, ${engineNames[kind]}`))
    if (!expected.hostLens.works) expect(text).toContain(expected.hostLens.reason)
  })
}
