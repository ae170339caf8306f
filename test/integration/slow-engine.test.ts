import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { laminaUnderTest } from '../builders/lamina-under-test'
import { startPrivateDocker } from '../engines/docker/private-docker'
import { slowLine } from '../engines/faults/slow-line'
import {
  expectSmallAnswersSoon,
  large,
  makeLargeContainers,
  megabit,
  saving,
  unhindered,
} from './ssh/slow-host'

test('lists come, and no silence is told, while the socket of an engine brings a file slowly', async () => {
  const engine = await startPrivateDocker()
  onTestFinished(() => engine.stop())
  const digest = await makeLargeContainers(engine)
  const socketPath = join(engine.folder, 'slow.sock')
  const line = await slowLine({ path: engine.socketPath }, unhindered, socketPath)
  onTestFinished(() => line.close())
  const lamina = await laminaUnderTest({ dockerHost: `unix://${socketPath}` })
  onTestFinished(() => lamina.close())
  const host = { line, lamina, hostId: 'local' }
  await lamina.value('hosts.connect', { hostId: 'local' })
  await lamina.value('containers.list', { hostId: 'local', all: true })
  line.toClient.bytesPerSecond = megabit
  line.toTarget.bytesPerSecond = megabit
  const states = lamina.events('host.changed')
  const save = await saving(host, { lens: 'engine' })
  await expectSmallAnswersSoon(host, engine)
  expect(states.filter(({ state, silence }) => state !== 'connected' || silence !== undefined)).toEqual([])
  line.toClient.bytesPerSecond = unhindered
  expect(await save.done).toMatchObject({ bytes: large, through: 'engine' })
  expect(await save.digest()).toBe(digest)
})
