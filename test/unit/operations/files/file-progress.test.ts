import { execFileSync } from 'node:child_process'
import { mkdtempSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { LaminaEvent } from '../../../../electron/contract/events'
import { toldProgress } from '../../../../electron/operations/files/file-progress'
import { TarEntryCount } from '../../../../electron/operations/content/tar-entry-count'

test('bytes pass as they are, and how many is told from the first ones on', async () => {
  const events: LaminaEvent[] = []
  async function* content() {
    for (const text of ['abc', 'de', 'f']) yield await Promise.resolve(Buffer.from(text))
  }
  let parts = 0
  const told = toldProgress({ emit: (event) => events.push(event) }, '/tmp/x', content(), () => ({
    ...{ entries: parts, ofEntries: 3 },
  }))
  let text = ''
  for await (const part of told) {
    text += part.toString()
    parts += 1
  }
  expect(text).toBe('abcdef')
  expect(events[0]).toEqual({
    name: 'file.progressed',
    payload: { file: '/tmp/x', bytes: 3, entries: 1, ofEntries: 3 },
  })
})

/** A tar of a folder with names of all lengths, as some tool's format writes it. */
function aTar(format: string): { tar: Buffer; entries: number } {
  const folder = mkdtempSync(join(tmpdir(), 'lamina-tar-'))
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true })
  })
  mkdirSync(join(folder, 'a/b'), { recursive: true })
  writeFileSync(join(folder, 'a/large'), Buffer.alloc(70_001, 'x'))
  writeFileSync(join(folder, 'a/b', 'n'.repeat(200)), 'one block')
  writeFileSync(join(folder, 'a/empty'), '')
  symlinkSync('l'.repeat(150), join(folder, 'a/b/link'))
  const tar = execFileSync('tar', [`--format=${format}`, '-cf', '-', '-C', folder, 'a'])
  const listed = execFileSync('tar', ['-tf', '-'], { input: tar, encoding: 'utf8' })
  return { tar, entries: listed.trim().split('\n').length }
}

test.each(['gnu', 'pax'])('entries of a tar (%s) are counted, wherever it is cut', (format) => {
  const { tar, entries } = aTar(format)
  for (const length of [1, 511, 512, 513, 65_536, tar.length]) {
    const count = new TarEntryCount()
    for (let at = 0; at < tar.length; at += length) count.take(tar.subarray(at, at + length))
    expect([length, count.entries]).toEqual([length, entries])
  }
})

test('entries of what is no tar are not told', () => {
  const count = new TarEntryCount()
  count.take(Buffer.alloc(512, 'x'))
  expect(count.entries).toBeUndefined()
})
