import { expect, test } from 'vitest'
import { onContentContainer } from './content-set-up'
import { picture } from '../rig/pictures'

const { opened } = onContentContainer('content')

test('a changed text stands beside its lower version, in colours, with the differing words marked', async () => {
  const { pane } = await opened()
  await pane.choose(/nginx\.conf/)
  await pane.before.getByText('worker_processes  auto;').waitFor()
  await pane.now.getByText('worker_processes  4;').waitFor()
  await pane.differingWords.nth(3).waitFor()
  expect(await pane.differingWords.allInnerTexts()).toEqual(['auto', '1024', '4', '8192'])
  await pane.now.getByText('11 unchanged lines').waitFor()
  await pane.now.locator('.cm-line span', { hasText: 'error_log' }).waitFor()
  await pane.body.getByText('lower layer 2 of 5 → upper').waitFor()
  await picture(pane.page, '30-content')

  await pane.now.focus()
  await pane.page.keyboard.press('F7')
  await pane.page.keyboard.press('F7')
  await pane.activeLines.getByText('8', { exact: true }).waitFor()

  await pane.button('Unified').click()
  await pane.body.locator('del', { hasText: 'worker_connections  1024;' }).waitFor()
  await pane.choose(/chinese/)
  await pane.choose(/nginx\.conf/)
  await pane.body.locator('del', { hasText: 'worker_connections  1024;' }).waitFor()
})

test('where only metadata changed that is said, with what it was and is', async () => {
  const { pane } = await opened()
  await pane.choose(/shadow/)
  await pane.body.getByText('The content is the same in both.').waitFor()
  await pane.body.getByText('-rw-r--r-- 0644').waitFor()
  await pane.body.getByText('-rw------- 0600').waitFor()
  await pane.body.getByText('33:33').waitFor()
  await pane.now.getByText('root:*:19000:0:99999:7:::').waitFor()
})

test('binary content is shown as bytes, with the differing ones marked, and named for what it is', async () => {
  const { pane } = await opened()
  await pane.choose(/table\.bin/)
  await pane.body.getByText('Binary · 1 difference').waitFor()
  await pane.button('Next difference').click()
  await pane.differingBytes.getByText('ff fe fd').waitFor()
  await picture(pane.page, '31-content-bytes')
  await pane.choose(/data\.db/)
  await pane.body.getByText('SQLite database (application/vnd.sqlite3) · 1 difference').waitFor()
  await pane.choose(/^tool/)
  await pane.body.getByText('Program or library (ELF)').waitFor()
})

test('pictures are drawn side by side; a drawing made of markup is text', async () => {
  const { pane } = await opened()
  await pane.choose(/logo\.png/)
  await pane.body.getByText('48 × 48').waitFor()
  await pane.body.getByText('64 × 64').waitFor()
  await picture(pane.page, '32-content-pictures')
  await pane.button('Show the bytes').click()
  await pane.body.getByText('89 50 4e 47').first().waitFor()
  await pane.choose(/drawing\.svg/)
  await pane.now.getByText('onload').waitFor()
  expect(await pane.body.getByRole('img').count()).toBe(0)
})

test('text in another encoding is read, and what hides in a text is seen', async () => {
  const { pane } = await opened()
  await pane.choose(/chinese/)
  await pane.now.getByText('中文测试').waitFor()
  await pane.body.getByText('GB18030').waitFor()
  await pane.choose(/hidden/)
  await pane.now.getByText('\\u202e').waitFor()
  await pane.now.getByText('\\u001b').waitFor()
  await pane.choose(/notes/)
  await pane.body.getByText('CRLF → LF').waitFor()
})

test('of a large file the first part is shown, and the next when it is asked for', async () => {
  const { pane } = await opened()
  await pane.choose(/access\.log/)
  await pane.body.getByText('In the container: the first 2.1 MB of 5.7 MB').waitFor()
  await pane.button('Show more').click()
  await pane.body.getByText('In the container: the first 4.2 MB of 5.7 MB').waitFor()
  await pane.button('Show more').click()
  await pane.button('Show more').waitFor({ state: 'detached' })
})

test('names that are no text, links, pipes and what was deleted are shown for what they are', async () => {
  const { pane } = await opened()
  await pane.choose(/^caf/)
  await pane.now.getByText('latin name').waitFor()
  await pane.choose(/^new\\n/)
  await pane.now.getByText('two lines').waitFor()
  await pane.choose(/^current/)
  await pane.body.getByText('Pointed to').waitFor()
  await pane.body.getByText('1.0', { exact: true }).waitFor()
  await pane.choose(/^pipe/)
  await pane.body.getByText('Named only: devices, pipes and sockets are never opened.').waitFor()
  await pane.choose(/^empty/)
  await pane.body.getByText('The file is empty').waitFor()
  await pane.choose(/^motd/)
  await pane.before.getByText('was here').waitFor()
})

test('the pane can take the whole width and is left again with Escape', async () => {
  const { pane } = await opened()
  await pane.choose(/nginx\.conf/)
  const narrow = (await pane.body.boundingBox())?.width ?? 0
  await pane.button('Over the whole width').click()
  await expect.poll(async () => (await pane.body.boundingBox())?.width ?? 0).toBeGreaterThan(narrow * 1.5)
  await pane.page.keyboard.press('Escape')
  await expect.poll(async () => (await pane.body.boundingBox())?.width ?? 0).toBe(narrow)
})
