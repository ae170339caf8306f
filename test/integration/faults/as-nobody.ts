// Run by engine-faults.test.ts as a process of its own: gives up root's rights, asks, and sends the answers.
import { once } from 'node:events'
import { chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLamina } from '../../../electron/operations/application'
import type { JournalEntry } from '../../../electron/storage/journal'

/** What is asked, and what the data folder's journal holds before. */
export interface NobodysTask {
  readonly calls: readonly (readonly [operation: string, input: unknown])[]
  readonly journal?: readonly JournalEntry[]
}

const nobody = 65534
const dataDir = mkdtempSync(join(tmpdir(), 'lamina-nobody-'))
chownSync(dataDir, nobody, nobody)
process.chdir('/')
process.setgroups?.([])
process.setgid?.(nobody)
process.setuid?.(nobody)

const [{ calls, journal = [] }] = (await once(process, 'message')) as [NobodysTask]
mkdirSync(join(dataDir, 'journal'))
for (const entry of journal)
  writeFileSync(join(dataDir, 'journal', `${entry.snapshotId}.json`), JSON.stringify(entry))
const lamina = createLamina({ dataDir, env: process.env })
const answers = []
for (const [operation, input] of calls) answers.push(await lamina.call(operation, input))
process.send?.(answers)
await lamina.close()
rmSync(dataDir, { recursive: true, force: true })
