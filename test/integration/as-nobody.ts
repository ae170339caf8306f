// Run by engine-faults.test.ts as a process of its own: gives up root's rights, asks, and sends the answers.
import { once } from 'node:events'
import { chownSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLamina } from '../../electron/operations/lamina'

const nobody = 65534
const dataDir = mkdtempSync(join(tmpdir(), 'lamina-nobody-'))
chownSync(dataDir, nobody, nobody)
process.chdir('/')
process.setgroups?.([])
process.setgid?.(nobody)
process.setuid?.(nobody)

const [calls] = (await once(process, 'message')) as [readonly (readonly [string, unknown])[]]
const lamina = createLamina({ dataDir, env: process.env })
const answers = []
for (const [operation, input] of calls) answers.push(await lamina.call(operation, input))
process.send?.(answers)
await lamina.close()
rmSync(dataDir, { recursive: true, force: true })
