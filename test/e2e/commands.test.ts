import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished, test } from 'vitest'
import { removeContainers, runInContainer, startContainer } from '../engines/docker/containers'
import { sharedEngine, uniqueName } from '../engines/docker/shared-engine'
import { eventually } from '../engines/wait'
import { laminaPage } from './rig/pages'
import { openLamina } from './rig/window'

test('commands are started by a small process of their own, and by another one when that is gone', async () => {
  const engine = sharedEngine()
  const names = [uniqueName('one'), uniqueName('two')] as const
  const folder = await mkdtemp(join(tmpdir(), 'lamina-find-'))
  onTestFinished(async () => {
    await removeContainers(engine.docker, ...names)
    await rm(folder, { recursive: true, force: true })
  })
  // A find that says who started the shell it runs in.
  const log = join(folder, 'parents')
  const find = `#!/bin/sh\nps -o ppid= -p "$PPID" >>${log}\nps -o pid= -p "$PPID" >>${log}\nexec /usr/bin/find "$@"\n`
  await writeFile(join(folder, 'find'), find)
  await chmod(join(folder, 'find'), 0o755)
  for (const name of names) {
    await startContainer(engine.docker, { name, image: 'lamina-test/base:1' })
    await runInContainer(engine.docker, name, `echo new > /made-in-${name}`)
  }
  const parents = async () => (await readFile(log, 'utf8').catch(() => '')).split(/\s+/).map(Number)

  const { app, page } = await openLamina({
    dockerHost: engine.dockerHost,
    env: { PATH: `${folder}:${process.env['PATH'] ?? ''}` },
  })
  const lamina = laminaPage(page)
  const starter = () =>
    app.evaluate(
      ({ app: electronApp }) =>
        electronApp.getAppMetrics().find(({ name }) => name === 'Lamina commands')?.pid,
    )
  const pid = await eventually(starter, { what: 'the process that starts commands' })
  await lamina.container(names[0]).click()
  await lamina.tree.getByText(`made-in-${names[0]}`).waitFor()
  await eventually(async () => (await parents()).includes(pid), { what: 'a find of that process' })

  process.kill(pid, 'SIGKILL')
  const next = await eventually(async () => otherThan(pid, await starter()), { what: 'another one' })
  await lamina.container(names[1]).click()
  await lamina.tree.getByText(`made-in-${names[1]}`).waitFor()
  await eventually(async () => (await parents()).includes(next), { what: 'a find of the other one' })
})

function otherThan(pid: number, now: number | undefined): number | undefined {
  return now === pid ? undefined : now
}
