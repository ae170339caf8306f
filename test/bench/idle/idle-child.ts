// A process that does nothing, run by idle-process.ts: answers each line with the longest that its event loop was held up since.
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { createInterface } from 'node:readline'

const delay = monitorEventLoopDelay({ resolution: 1 })
delay.enable()
for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${line}${delay.max / 1e6}\n`)
  delay.reset()
}
