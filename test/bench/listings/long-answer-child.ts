// A process that opens one listing while another host is asked for its containers, run by long-answer.ts: closes it and prints figures of it.
import { readFileSync, writeFileSync } from 'node:fs'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import type { EventPayload } from '../../../electron/contract/events'
import { createLamina } from '../../../electron/operations/application'
import type { LongAnswer } from './long-answer'
import { valueOf } from '../operation-value'

const [dataDir = '', containerId = '', lens, otherHost = ''] = process.argv.slice(2)
/** Milliseconds in which what was closed is to be given back. */
const givenBackWithin = 30_000

const lamina = createLamina({ dataDir, env: process.env })
const other = { hostId: otherHost }
const delay = monitorEventLoopDelay({ resolution: 1 })

/** Bytes that the process has in memory, now (VmRSS) or at the most (VmHWM, proc(5)). */
function memory(which: 'VmRSS' | 'VmHWM'): number {
  const line = new RegExp(`^${which}:\\s+(\\d+) kB`, 'm').exec(readFileSync('/proc/self/status', 'utf8'))
  return Number(line?.[1]) * 1024
}

/** Asks the other host again and again until this is done. */
async function besides(done: Promise<unknown>): Promise<Pick<LongAnswer, 'lists' | 'longestList'>> {
  let isOver = false
  void done.finally(() => (isOver = true))
  let [lists, longestList] = [0, 0]
  while (!isOver) {
    const asked = performance.now()
    await valueOf(lamina, 'containers.list', other)
    longestList = Math.max(longestList, performance.now() - asked)
    lists += 1
    await sleep(10)
  }
  return { lists, longestList }
}

async function listed(): Promise<LongAnswer> {
  for (const host of [{ hostId: 'local' }, other]) await valueOf(lamina, 'containers.list', host)
  const before = memory('VmRSS')
  // Resets the most that the process had (proc(5), clear_refs).
  writeFileSync('/proc/self/clear_refs', '5')
  delay.enable()
  const began = performance.now()
  const completed = new Promise<EventPayload<'changes.progressed'>>((resolve, reject) => {
    lamina.on(({ name, payload }) => {
      if (name !== 'changes.progressed' || payload.state === 'reading') return
      if (payload.state === 'complete') resolve(payload)
      else reject(new Error(`The listing failed: ${JSON.stringify(payload)}`))
    })
  })
  const beside = besides(completed)
  const { listingId } = await valueOf(lamina, 'changes.open', {
    ...{ hostId: 'local', containerId },
    lens: lens === 'host' ? 'host' : 'engine',
  })
  const { totals } = await completed
  const elapsed = performance.now() - began
  const { lists, longestList } = await beside
  delay.disable()
  const open = memory('VmRSS')
  await valueOf(lamina, 'changes.rows', {
    ...{ listingId, open: true, toggled: [], kinds: ['added', 'modified', 'deleted'], search: '' },
    ...{ sort: 'name', descending: false, offset: 0, limit: 100 },
  })
  const most = memory('VmHWM')
  await valueOf(lamina, 'changes.close', { listingId })
  const closed = performance.now()
  const isGivenBack = () => memory('VmRSS') < before + (open - before) / 4
  while (!isGivenBack() && performance.now() < closed + givenBackWithin) await sleep(100)
  return {
    ...{ elapsed, lists, longestList, before, open, most },
    stall: delay.max / 1e6,
    changes: totals.added + totals.modified + totals.deleted,
    after: memory('VmRSS'),
    givenBackAfter: performance.now() - closed,
  }
}

process.stdout.write(`${JSON.stringify(await listed())}\n`)
await lamina.close()
