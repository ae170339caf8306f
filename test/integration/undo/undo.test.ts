import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { removeContainers, startContainer, stopContainer } from '../../engines/docker/containers'
import { uniqueName } from '../../engines/docker/shared-engine'
import { shown, type ChangeName } from './undo-container'
import { onUndoImage, place } from './undo-set-up'

const { engine, image, lamina, changed } = onUndoImage('undo')
/** A container of the image in which nothing happened. */
const untouched = uniqueName('untouched')

beforeAll(async () => {
  await startContainer(engine.docker, { name: untouched, image })
})
afterAll(() => removeContainers(engine.docker, untouched))

async function undo(container: string, path: string) {
  const plan = await lamina().value('undo.plan', place(container, path))
  expect(plan.obstacle).toBeUndefined()
  const done = await lamina().value('undo.apply', { ...place(container, path), action: plan.action })
  expect(done).toEqual({ action: plan.action, through: plan.through })
  return plan
}

/** `alone`: only the directory itself is as it was. */
const cases: readonly (readonly [string, ChangeName, string, string])[] = [
  ['a modified file', 'modify', '/u/file', 'restore'],
  ['a file that lost its capability', 'ping', '/u/ping', 'restore'],
  ['a link', 'link', '/u/link', 'restore'],
  ['a file that became a directory', 'fileToDirectory', '/u/typed-file', 'restore'],
  ['a directory that became a file', 'directoryToFile', '/u/typed-dir', 'restore'],
  ['a replaced directory', 'opaque', '/u/opaque', 'restore'],
  ['a name that is not UTF-8', 'notUtf8', '/u/caf\xe9', 'restore'],
  ['an added name that is not UTF-8', 'notUtf8', '/u/new\xe9', 'remove'],
  ['a deleted file', 'deleteFile', '/u/file', 'bring-back'],
  ['a deleted directory', 'deleteDirectory', '/u/dir', 'bring-back'],
  ['an added directory', 'add', '/u/new', 'remove'],
]

describe.each(['running', 'stopped'] as const)('In a container that is %s', (state) => {
  test.each(cases)('%s is undone', async (_, change, path, action) => {
    const container = await changed(change)
    if (state === 'stopped') await stopContainer(engine.docker, container)
    const plan = await undo(container, path)
    expect(plan).toMatchObject({ action, through: state === 'running' ? 'engine' : 'host' })
    expect(plan.effects.length).toBeGreaterThan(0)
    if (state === 'stopped') await engine.docker(['start', container])
    expect(await shown(container, path)).toBe(await shown(untouched, path))
  })

  test("a directory's own mode and owner come back, and what is in it stays", async () => {
    const container = await changed('mode')
    if (state === 'stopped') await stopContainer(engine.docker, container)
    expect(await undo(container, '/u/mode')).toMatchObject({ action: 'restore', through: 'engine' })
    if (state === 'stopped') await engine.docker(['start', container])
    const [before, after] = [await shown(untouched, '/u/mode'), await shown(container, '/u/mode')]
    expect(after.split('\n')[0]).toBe(before.split('\n')[0])
    expect(after).toContain('/u/mode/added')
  })
})
