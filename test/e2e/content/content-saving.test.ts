import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ElectronApplication } from 'playwright'
import { expect, onTestFinished, test } from 'vitest'
import { runInContainer } from '../../engines/docker/containers'
import { runCommand } from '../../engines/run-command'
import { onContentContainer } from './content-set-up'

const { engine, name, opened, openedAlone } = onContentContainer('saving')

/** Answers the system's dialog, which no test can reach; nothing stands for one that is closed. */
async function answerSaveDialog(app: ElectronApplication, filePath: string | undefined): Promise<void> {
  await app.evaluate(({ dialog }, chosen) => {
    dialog.showSaveDialog = () => Promise.resolve({ canceled: chosen === undefined, filePath: chosen ?? '' })
  }, filePath)
}

test('both versions of a file, and a deleted directory, are saved where the person says', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lamina-saved-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const { app, page, pane } = await opened()
  const save = async (item: string) => {
    await pane.button('Save to this machine').click()
    await page.getByRole('menuitem', { name: item }).click()
  }

  await pane.choose(/nginx\.conf/)
  await pane.now.getByText('worker_processes  4;').waitFor()
  await answerSaveDialog(app, undefined)
  await save('Save the container’s version…')
  expect(await pane.body.getByText('Saved as').count()).toBe(0)

  const now = join(folder, 'now.conf')
  await answerSaveDialog(app, now)
  await save('Save the container’s version…')
  await pane.body.getByText(`Saved as ${now}`).waitFor()
  expect(await readFile(now, 'utf8')).toContain('worker_processes  4;')
  await pane.body.getByText(/^Saved as .* · 4\d\d B$/).waitFor()

  const before = join(folder, 'before.conf')
  await answerSaveDialog(app, before)
  await save('Save the version of the image…')
  await pane.body.getByText(`Saved as ${before}`).waitFor()
  expect(await readFile(before, 'utf8')).toContain('worker_processes  auto;')
  await pane.button('Dismiss').click()
  await pane.body.getByText('Saved as').waitFor({ state: 'detached' })

  const old = join(folder, 'old.tar')
  await pane.choose(/^old/)
  await answerSaveDialog(app, old)
  await save('Save the directory of the image as tar…')
  await pane.body.getByText(`Saved as ${old}`).waitFor()
  expect((await runCommand('tar', ['-tf', old])).stdout.split('\n').sort()).toEqual(
    ['', 'old/', 'old/deep/', 'old/deep/two', 'old/one'].sort(),
  )

  await answerSaveDialog(app, join(folder, 'missing', 'old.tar'))
  await save('Save the directory of the image as tar…')
  await pane.body.getByRole('alert').waitFor()
  await pane.button('Dismiss').click()
})

test('the way in which texts are compared is kept for the next start', async () => {
  const { pane, ...first } = await openedAlone()
  await pane.choose(/nginx\.conf/)
  await pane.button('Unified').click()
  await pane.body.locator('del', { hasText: 'worker_connections  1024;' }).waitFor()
  await first.app.close()

  const { pane: again } = await openedAlone({ dataDir: first.dataDir })
  await again.choose(/nginx\.conf/)
  await again.body.locator('del', { hasText: 'worker_connections  1024;' }).waitFor()
  expect(await again.button('Unified').getAttribute('aria-pressed')).toBe('true')
})

/** A folder for PATH with a dd that stands still in the middle of a large file, until it is ended. */
async function standingDd(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'lamina-dd-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const { stdout } = await runCommand('sh', ['-c', 'command -v dd'])
  const script = `#!/bin/sh
${stdout.trim()} "$@" | { head -c 100000000; [ "$(head -c 1 | wc -c)" = 0 ] || exec sleep 1000; }
`
  await writeFile(join(folder, 'dd'), script)
  await chmod(join(folder, 'dd'), 0o755)
  return folder
}

test('while a large file is saved a bar says how far it is, and it can be cancelled', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lamina-saved-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  // Holes take no room where they come from.
  await runInContainer(engine.docker, name, 'truncate -s 1G /etc/holes')
  onTestFinished(async () => {
    await runInContainer(engine.docker, name, 'rm /etc/holes')
  })
  const { app, page, pane } = await openedAlone({
    env: { PATH: `${await standingDd()}:${process.env['PATH'] ?? ''}` },
  })
  await pane.choose(/holes/)
  await answerSaveDialog(app, join(folder, 'holes'))
  await pane.button('Save to this machine').click()
  await page.getByRole('menuitem', { name: 'Save the container’s version…' }).click()
  await pane.body.getByRole('progressbar', { name: 'How much is saved' }).waitFor()
  await pane.body.getByText(/^[1-9]%$/).waitFor()
  await pane.body.getByRole('status').getByRole('button', { name: 'Cancel' }).click()
  await pane.body.getByRole('progressbar').waitFor({ state: 'detached' })
  expect(await readdir(folder)).toEqual([])
})
