// A process that does nothing but listings, run by listing-process.ts: for each line with a container's name it opens the
// container's changes, looks at them in several ways while and after they come, and answers with a line of figures.
import { readFile } from 'node:fs/promises'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { createInterface } from 'node:readline'
import type { OperationInput, OperationName } from '../../../electron/contract/contract'
import { createLamina } from '../../../electron/operations/application'
import type { ListingRun } from './listing-process'
import { valueOf } from '../operation-value'

type View = Omit<OperationInput<'changes.rows'>, 'listingId'>

const closed: View = {
  open: false,
  toggled: [],
  kinds: ['added', 'modified', 'deleted'],
  search: '',
  sort: 'name',
  descending: false,
  offset: 0,
  limit: 100,
}
const open: View = { ...closed, open: true }
const views = {
  filter: { ...open, types: ['file'], minimumSize: 500 },
  search: { ...open, search: '99' },
  glob: { ...open, search: '*9?.txt' },
  sort: { ...open, sort: 'size', descending: true },
} satisfies Record<string, View>

const dataDir = process.argv[2] ?? ''
const lamina = createLamina({ dataDir, env: process.env })
const delay = monitorEventLoopDelay({ resolution: 1 })

const value = <Name extends OperationName>(operation: Name, input: OperationInput<Name>) =>
  valueOf(lamina, operation, input)

/** Follows a listing as the window does: with each progress it asks for the lines on the screen, one call at a time. */
async function listed(containerId: string): Promise<ListingRun> {
  delay.reset()
  delay.enable()
  const began = performance.now()
  let listingId: string | undefined
  let firstRows: number | undefined
  let underWay: Promise<void> | undefined
  const show = async (id: string): Promise<void> => {
    const { rows } = await value('changes.rows', { ...open, listingId: id })
    if (rows.length > 0) firstRows ??= performance.now() - began
  }
  const completed = new Promise<number>((resolve, reject) => {
    const stop = lamina.on(({ name, payload }) => {
      if (name !== 'changes.progressed') return
      const id = payload.listingId
      listingId ??= id
      if (id !== listingId) return
      underWay ??= show(id).finally(() => (underWay = undefined))
      if (payload.state === 'reading') return
      stop()
      if (payload.state === 'complete') resolve(performance.now() - began)
      else reject(new Error(`The listing failed: ${JSON.stringify(payload)}`))
    })
  })
  const opened = await value('changes.open', { hostId: 'local', containerId })
  const complete = await completed
  await underWay
  const timed: Record<string, number> = {}
  for (const [name, view] of Object.entries(views)) {
    const asked = performance.now()
    await value('changes.rows', { ...view, listingId: opened.listingId })
    timed[name] = performance.now() - asked
  }
  delay.disable()
  await value('changes.close', { listingId: opened.listingId })
  const status = await readFile('/proc/self/status', 'utf8')
  const peakMemory = Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1]) * 1024
  return { complete, firstRows: firstRows ?? complete, views: timed, stall: delay.max / 1e6, peakMemory }
}

for await (const containerId of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await listed(containerId))}\n`)
}
await lamina.close()
