import { createPinia, setActivePinia } from 'pinia'
import { nextTick } from 'vue'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { useChanges } from '../../../../../renderer/src/stores/changes/changes'
import { exportFileName } from '../../../../../renderer/src/stores/reports/export-file'
import { useExport } from '../../../../../renderer/src/stores/reports/export'
import { useNavigation } from '../../../../../renderer/src/stores/place/navigation'
import { aChangeRow } from '../../../../builders/changes/change-listing'
import { failing, fakeBridge, giving } from '../../../../builders/window/fake-bridge'

beforeEach(() => {
  setActivePinia(createPinia())
})
afterEach(() => {
  vi.unstubAllGlobals()
})

async function prepared(answers: Parameters<typeof fakeBridge>[0]) {
  const bridge = fakeBridge({
    'changes.open': () => giving({ listingId: 'l1', lens: 'host' }),
    'files.choose': () => giving({ file: '/tmp/report.csv', overwrite: true }),
    ...answers,
  })
  const changes = useChanges()
  useNavigation().openContainer('local', 'c1')
  await expect.poll(() => changes.listing).toBeDefined()
  const exporting = useExport()
  await nextTick()
  const inputOf = (name: string) => bridge.calls.find(({ operation }) => operation === name)?.input
  return { bridge, exporting, inputOf }
}

/** A clipboard that takes a text or does not, as the page's is. */
function stubClipboard(works: boolean): void {
  vi.stubGlobal('document', {
    addEventListener: vi.fn(),
    removeEventListener: vi.fn(),
    execCommand: () => works,
  })
}

test('a part of the listing is written to the file that was chosen, over another one only if that was agreed to', async () => {
  const { exporting, inputOf } = await prepared({
    'changes.export': () => giving({ changes: 12, file: '/tmp/report.csv' }),
  })
  await exporting.toFile('csv', aChangeRow({ node: 9, path: '/etc/nginx' }))
  expect(inputOf('files.choose')).toEqual({ suggestedName: 'changes-etc-nginx.csv' })
  expect(inputOf('changes.export')).toEqual({
    ...{ listingId: 'l1', format: 'csv', node: 9 },
    ...{ toFile: '/tmp/report.csv', overwrite: true },
  })
  expect(exporting.run).toMatchObject({ state: 'written', changes: 12, file: '/tmp/report.csv' })
})

test('nothing is written where no file was chosen', async () => {
  const { bridge, exporting } = await prepared({ 'files.choose': () => giving({ overwrite: false }) })
  await exporting.toFile('json')
  expect(exporting.run).toBeUndefined()
  expect(bridge.calls.map(({ operation }) => operation)).not.toContain('changes.export')
})

test('a report is copied, or kept for a click where the clipboard does not take it any more', async () => {
  const { exporting, inputOf } = await prepared({
    'changes.export': () => giving({ changes: 2, text: '| path |' }),
  })
  stubClipboard(true)
  await exporting.copy()
  expect(inputOf('changes.export')).toEqual({ listingId: 'l1', format: 'markdown' })
  expect(exporting.run).toMatchObject({ state: 'copied', changes: 2 })
  stubClipboard(false)
  await exporting.copy()
  expect(exporting.run).toMatchObject({ state: 'ready', changes: 2, text: '| path |' })
})

test('a report that is too long, and one that fails, are told', async () => {
  let answer: ReturnType<typeof failing> | ReturnType<typeof giving<{ changes: number }>> = giving({
    changes: 1e6,
  })
  const { exporting } = await prepared({ 'changes.export': () => answer })
  await exporting.copy()
  expect(exporting.run).toEqual({ state: 'too-long' })
  answer = failing('too-large', 'The report is longer than 1 MiB.')
  await exporting.copy()
  expect(exporting.run).toEqual({ state: 'too-long' })
  answer = failing('storage-failed', 'The disk is full.')
  await exporting.toFile('json')
  expect(exporting.run).toMatchObject({ state: 'failed', failure: { message: 'The disk is full.' } })
  exporting.dismiss()
  expect(exporting.run).toBeUndefined()
})

test('writing tells how far it is, and can be cancelled', async () => {
  let finish: ((answer: ReturnType<typeof failing>) => void) | undefined
  const { bridge, exporting } = await prepared({
    'changes.export': () => new Promise((resolve) => (finish = resolve)),
  })
  const ended = exporting.toFile('json')
  await expect.poll(() => finish).toBeDefined()
  const progress = { file: '/tmp/report.csv', bytes: 9, entries: 3, ofEntries: 12 }
  bridge.emit('file.progressed', { ...progress, file: '/tmp/other' })
  expect(exporting.run).toEqual({ state: 'writing', cancelling: false, file: '/tmp/report.csv' })
  bridge.emit('file.progressed', progress)
  exporting.cancel()
  expect(exporting.run).toEqual({ state: 'writing', cancelling: true, file: '/tmp/report.csv', progress })
  expect(bridge.cancelled).toHaveLength(1)
  finish?.(failing('cancelled', 'cancelled'))
  await ended
  expect(exporting.run).toBeUndefined()
})

test.each([
  [['web-1', 'changes', ''], 'json', 'web-1-changes.json'],
  [['web 1', 'changes', '/var/log/nginx'], 'markdown', 'web-1-changes-var-log-nginx.md'],
  [['', 'changes', '/../\u001b[2J/…'], 'csv', 'changes-2J.csv'],
  [['变化', 'changes', 'x'.repeat(300)], 'csv', `变化-changes-${'x'.repeat(49)}.csv`],
] as const)('%j as %s is called %s', (parts, format, name) => {
  expect(exportFileName(parts, format)).toBe(name)
})
