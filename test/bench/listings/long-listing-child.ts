// A process that holds one live listing open, run by long-listings.ts: waits for the second look, writes the listing out in each
// format, stays for a minute in which nothing is written, looks again, and ends with a line of figures.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { createLamina } from '../../../electron/operations/application'
import { idleProcess } from '../idle/idle-process'
import { valueOf } from '../operation-value'

const minute = 60_000
const [dataDir = '', containerId = ''] = process.argv.slice(2)
const lamina = createLamina({ dataDir, env: process.env })
const beside = idleProcess()
const delay = monitorEventLoopDelay({ resolution: 1 })
delay.enable()

/** Hundredths of a second, of this process and of its children that ended (proc(5), stat: fields 14 to 17). */
async function cpuMilliseconds(): Promise<number> {
  const stat = await readFile('/proc/self/stat', 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks) * 10, 0)
}

/** What work costs: milliseconds that pass, of CPU, and of the longest stall. */
async function costOf(work: () => Promise<unknown>) {
  await beside.longestStall()
  delay.reset()
  const [cpu, began] = [await cpuMilliseconds(), performance.now()]
  await work()
  const [took, own] = [performance.now() - began, delay.max / 1e6]
  const stall = { own, idle: await beside.longestStall() }
  return { took, cpu: (await cpuMilliseconds()) - cpu, stall }
}

let completeAt = 0
/** When the listing said last that it looks again. */
let looksAt = 0
const noted = new Promise<number>((resolve) => {
  lamina.on(({ name, payload }) => {
    if (name !== 'changes.progressed') return
    if (payload.state === 'complete' && completeAt === 0) completeAt = performance.now()
    if (payload.notes === 'complete' || payload.notes === 'failed') resolve(performance.now() - completeAt)
    if (payload.live.nextIn !== undefined)
      looksAt = Math.max(looksAt, performance.now() + payload.live.nextIn)
  })
})
const { listingId } = await valueOf(lamina, 'changes.open', { hostId: 'local', containerId, live: true })
const notes = await noted

const exports: (Awaited<ReturnType<typeof costOf>> & { format: string })[] = []
for (const format of ['json', 'csv', 'markdown'] as const) {
  const toFile = join(dataDir, `report.${format}`)
  exports.push({
    format,
    ...(await costOf(() => valueOf(lamina, 'changes.export', { listingId, format, toFile }))),
  })
}

// The first rest is as long as the first listing was, many times over.
await sleep(Math.max(0, looksAt - performance.now()) + 2000)
const idle = await costOf(() => sleep(minute))
const look = await costOf(() => valueOf(lamina, 'changes.refresh', { listingId }))
const status = await readFile('/proc/self/status', 'utf8')
const peakMemory = Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1]) * 1024
await lamina.close()
beside.close()
process.stdout.write(`${JSON.stringify({ notes, exports, idle, look, peakMemory })}\n`)
