import { expect, test } from 'vitest'
import { runInContainer, startContainer, stopContainer } from '../../engines/docker/containers'
import { runCommand } from '../../engines/run-command'
import { longPath, shown, upperOf } from './undo-container'
import { onUndoImage, place } from './undo-set-up'

const { engine, image, lamina, newName, changed } = onUndoImage('obstacles')

async function undo(container: string, path: string) {
  const { action } = await lamina().value('undo.plan', place(container, path))
  return await lamina().value('undo.apply', { ...place(container, path), action })
}

/** The choice is withdrawn, and asking for it all the same changes nothing. */
async function expectWithdrawn(container: string, path: string, reason: RegExp): Promise<void> {
  const plan = await lamina().value('undo.plan', place(container, path))
  expect(plan.obstacle).toMatch(reason)
  expect(plan.through).toBeUndefined()
  const input = { ...place(container, path), action: plan.action }
  expect(await lamina().failure('undo.apply', input)).toMatchObject({
    kind: 'conflict',
    message: plan.obstacle,
  })
}

test('in a paused container things come back, and none can be removed', async () => {
  const container = await changed('modify', 'deleteDirectory', 'add', 'opaque')
  await engine.docker(['pause', container])
  expect(await undo(container, '/u/file')).toEqual({ action: 'restore', through: 'engine' })
  expect(await undo(container, '/u/dir')).toEqual({ action: 'bring-back', through: 'engine' })
  await expectWithdrawn(container, '/u/new', /paused/)
  await expectWithdrawn(container, '/u/opaque', /paused/)
})

test('file capabilities and other attributes: all on the host, capabilities through the engine', async () => {
  const container = await changed('ping', 'modify', 'deleteDirectory')
  const upper = await upperOf(container)
  await undo(container, '/u/ping')
  await undo(container, '/u/dir')
  const { stdout } = await runCommand('getcap', [`${upper}/u/ping`, `${upper}/u/dir/sub/b`])
  expect(stdout.match(/cap_net_raw=ep/g)).toHaveLength(2)
  const plan = await lamina().value('undo.plan', place(container, '/u/file'))
  expect(plan.effects.join(' ')).toContain('other extended attributes do not')
  await stopContainer(engine.docker, container)
  await undo(container, '/u/file')
  // What shows is the image's own file.
  expect((await runCommand('find', [`${upper}/u`, '-name', 'file'])).stdout).toBe('')
})

test('without a shell in the image a path cannot be removed while it runs', async () => {
  const container = await changed('add')
  await runInContainer(engine.docker, container, 'rm /bin/sh')
  await expectWithdrawn(container, '/u/new', /no shell/)
  await stopContainer(engine.docker, container)
  expect(await undo(container, '/u/new')).toEqual({ action: 'remove', through: 'host' })
})

test.each([
  ['i', '/u/new', '/u/new', /^It is immutable by .*chattr -i/],
  ['a', '/u/file', '/u/file', /^It may only be added to by .*chattr -a/],
  ['i', '/u', '/u/new', /^The directory it is in is immutable/],
  ['i', '/u/opaque/held', '/u/opaque', /^Something in it is immutable/],
] as const)('a flag of the file system is known before: chattr +%s %s', async (flag, held, path, reason) => {
  const container = await changed('add', 'modify', 'opaque')
  await runInContainer(engine.docker, container, 'echo held > /u/opaque/held')
  const upper = await upperOf(container)
  await runCommand('chattr', [`+${flag}`, `${upper}${held}`])
  try {
    await expectWithdrawn(container, path, reason)
    await stopContainer(engine.docker, container)
    await expectWithdrawn(container, path, reason)
  } finally {
    await runCommand('chattr', [`-${flag}`, `${upper}${held}`])
  }
  expect(await undo(container, path)).toMatchObject({ through: 'host' })
})

test('nothing is done through a link in the place of a directory', async () => {
  const container = await changed('away')
  const plan = await lamina().value('undo.plan', place(container, '/u/away/file'))
  expect(plan).toMatchObject({ action: 'bring-back', obstacle: expect.stringMatching(/above it/) as string })
  await undo(container, '/u/away')
  expect(await shown(container, '/target/file')).toContain('/target/file')
  expect(await shown(container, '/u/away')).toMatch(/^4/)
})

test('what is in a deleted directory comes back with it only', async () => {
  const container = await changed('gone')
  await expectWithdrawn(container, '/u/gone/sub/g', /deleted as well/)
})

test('where something is mounted nothing is changed', async () => {
  const name = newName()
  const flags = ['--volume', '/u/added/volume', '--tmpfs', '/u/dir']
  await startContainer(engine.docker, { name, image, flags })
  await runInContainer(
    engine.docker,
    name,
    'echo kept >/u/added/volume/kept; echo t >/u/dir/t; echo n >/u/added/n',
  )
  await expectWithdrawn(name, '/u/added', /mounted at \/u\/added\/volume/)
  expect(await undo(name, '/u/added/n')).toEqual({ action: 'remove', through: 'engine' })
  expect(await shown(name, '/u/added/volume/kept')).toContain('kept')
  await stopContainer(engine.docker, name)
  const plan = await lamina().value('undo.plan', place(name, '/u/added'))
  expect(plan).toMatchObject({ through: 'host' })
  expect(plan.effects.join(' ')).toContain('/u/added/volume is not touched')
})

test('in a read-only container nothing is put in', async () => {
  const name = newName()
  await startContainer(engine.docker, { name, image, flags: ['--read-only'] })
  // Nothing can have changed in it; the plan for an unchanged path says so.
  expect(await lamina().failure('undo.plan', place(name, '/u/file'))).toMatchObject({ kind: 'conflict' })
  expect(await lamina().failure('undo.plan', place(name, '/nothing'))).toMatchObject({ kind: 'not-found' })
})

test('a change that became another one is not undone', async () => {
  const container = await changed('modify')
  await runInContainer(engine.docker, container, 'rm /u/file')
  const input = { ...place(container, '/u/file'), action: 'restore' }
  expect(await lamina().failure('undo.apply', input)).toMatchObject({ kind: 'conflict' })
  expect(await shown(container, '/u/file')).toBe('nothing\n')
})

test('a file below a replaced directory comes back through the engine, also when the container is stopped', async () => {
  const container = await changed('opaque')
  await stopContainer(engine.docker, container)
  expect(await undo(container, '/u/opaque/lost')).toEqual({ action: 'bring-back', through: 'engine' })
  expect(await undo(container, '/u/opaque/both')).toEqual({ action: 'restore', through: 'engine' })
  expect(await undo(container, '/u/opaque/extra')).toEqual({ action: 'remove', through: 'host' })
  await engine.docker(['start', container])
  expect(await shown(container, '/u/opaque/both')).toContain('/u/opaque/both')
})

test('one name of a hard link comes back alone', async () => {
  const container = await changed('hard')
  const plan = await lamina().value('undo.plan', place(container, '/u/hard1'))
  expect(plan.effects.join(' ')).toContain('hard links')
  await undo(container, '/u/hard1')
  expect(await runInContainer(engine.docker, container, 'cat /u/hard1')).toBe('hard\n')
})

test.each(['running', 'stopped'])(
  'a path of 4,000 bytes goes with a directory above it (%s)',
  async (state) => {
    const container = await changed('long')
    if (state === 'stopped') await stopContainer(engine.docker, container)
    expect(await lamina().failure('undo.plan', place(container, longPath))).toMatchObject({
      kind: 'command-failed',
      remedy: expect.stringContaining('directory above') as string,
    })
    const above = longPath.slice(0, 202)
    expect(await undo(container, above)).toEqual({
      action: 'remove',
      through: state === 'running' ? 'engine' : 'host',
    })
    if (state === 'stopped') await engine.docker(['start', container])
    expect(await shown(container, above)).toBe('nothing\n')
  },
)
