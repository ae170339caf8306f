import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { OperationInput, OperationName, OperationOutput } from '../../electron/contract/contract'
import type { EventName, EventPayload } from '../../electron/contract/events'
import type { Failure } from '../../electron/core/base/failure'
import type { OwnLog } from '../../electron/storage/logs/own-log'
import { createLamina, type Lamina, type LaminaOptions } from '../../electron/operations/application'

/** Lamina without a window on a data folder of its own, with calls that have the contract's types. */
export interface LaminaUnderTest {
  readonly lamina: Lamina
  readonly dataDir: string
  /** The operation's value; throws when it fails. */
  value<Name extends OperationName>(
    operation: Name,
    input: OperationInput<Name>,
    signal?: AbortSignal,
  ): Promise<OperationOutput<Name>>
  /** The operation's failure, whatever its input is; throws when it does not fail. */
  failure(operation: string, input: unknown): Promise<Failure>
  /** The payloads of an event so far, growing. */
  events<Name extends EventName>(name: Name): readonly EventPayload<Name>[]
  /** Closes it; `keepData` leaves the folder for a second one to open. */
  close(options?: { keepData?: boolean }): Promise<void>
}

/** Opens Lamina on an engine. `dataDir` opens a second one on what the first one kept. */
export async function laminaUnderTest(options: {
  dockerHost: string
  dataDir?: string
  ownLog?: OwnLog
  commandLimits?: LaminaOptions['commandLimits']
}): Promise<LaminaUnderTest> {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'lamina-data-')))
  const lamina = createLamina({
    dataDir,
    env: { PATH: process.env['PATH'], DOCKER_HOST: options.dockerHost },
    ...(options.ownLog && { log: options.ownLog }),
    ...(options.commandLimits && { commandLimits: options.commandLimits }),
  })
  return {
    lamina,
    dataDir,
    async value(operation, input, signal) {
      const result = await lamina.call(operation, input, signal === undefined ? {} : { signal })
      if (!result.ok)
        throw new Error(`${operation} failed: ${result.failure.kind}: ${result.failure.message}`)
      return result.value as OperationOutput<typeof operation>
    },
    async failure(operation, input) {
      const result = await lamina.call(operation, input)
      if (result.ok) throw new Error(`${operation} did not fail: ${JSON.stringify(result.value)}`)
      return result.failure
    },
    events<Name extends EventName>(name: Name): readonly EventPayload<Name>[] {
      const seen: EventPayload<Name>[] = []
      lamina.on((event) => {
        if (event.name === name) seen.push(event.payload as EventPayload<Name>)
      })
      return seen
    },
    async close({ keepData = false } = {}) {
      await lamina.close()
      if (!keepData) await rm(dataDir, { recursive: true, force: true })
    },
  }
}
