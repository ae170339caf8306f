import { closeSync, openSync } from 'node:fs'
import { isFailure } from '../../../../electron/core/base/failure'
import { openLocalTransport } from '../../../../electron/transport/local/local-transport'
import { outputOf } from '../../../../electron/transport/transport'

// A process of its own, whose limit of open files the test has set low: it uses all of them, then runs a command and opens a
// socket, and prints what came of it.
const { signal } = new AbortController()
const transport = openLocalTransport()
// What is loaded when it is first used is loaded by now.
await outputOf(transport, { name: 'a test', script: 'true' }, signal)

const files: number[] = []
try {
  for (;;) files.push(openSync('/dev/null', 'r'))
} catch {
  // No more of them.
}
const failures = await Promise.all(
  [
    outputOf(transport, { name: 'a test', script: 'true' }, signal),
    transport.openStream('/engine.sock', signal),
  ].map((work) =>
    work.then(
      () => 'none',
      (error: unknown) => (isFailure(error) ? error.failure : String(error)),
    ),
  ),
)
for (const file of files) closeSync(file)
console.log(JSON.stringify(failures))
