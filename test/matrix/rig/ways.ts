import { createInterface } from 'node:readline'
import type { OperationInput, OperationName, OperationOutput } from '../../../electron/contract/contract'
import type { Failure, Result } from '../../../electron/core/base/failure'
import { laminaUnderTest, type LaminaUnderTest } from '../../builders/lamina-under-test'
import { startDebianSshd } from '../../engines/debian/debian-sshd'
import type { PrivateEngine } from '../../engines/engine/private-engine'
import { repository } from '../../engines/repository'

export const wayNames = ['on the host itself', 'over SSH'] as const
export type WayName = (typeof wayNames)[number]

/** Lamina on one engine, one way or the other. */
export interface Way {
  readonly hostId: string
  value<Name extends OperationName>(
    operation: Name,
    input: OperationInput<Name>,
  ): Promise<OperationOutput<Name>>
  /** Throws where it does not fail. */
  failure<Name extends OperationName>(operation: Name, input: OperationInput<Name>): Promise<Failure>
  /** How often it was told that the list of containers changed; a command line tells nothing unasked. */
  told(): number | undefined
  close(): Promise<void>
}

const commandLine = 'cd "$0" && exec node --import tsx electron/cli/lamina.ts batch'

/** Lamina's command line, running in the engine's host as on a machine of its own. */
export function onHostItself({ host, dockerHost }: PrivateEngine): Way {
  const env = { DOCKER_HOST: dockerHost, LAMINA_DATA_DIR: '/tmp/lamina-data' }
  const batch = host.open(['sh', '-c', commandLine, repository], env)
  const lines = createInterface({ input: batch.stdout })[Symbol.asyncIterator]()
  let last: Promise<unknown> = Promise.resolve()
  const ask = (operation: string, input: unknown): Promise<Result<unknown>> => {
    // Answers come in the order of the questions.
    const answer = last.then(async () => {
      batch.stdin.write(`${JSON.stringify({ operation, input })}\n`)
      const line = await lines.next()
      if (line.done === true) throw new Error('The command line ended')
      return JSON.parse(line.value) as Result<unknown>
    })
    last = answer.catch(() => undefined)
    return answer
  }
  return {
    hostId: 'local',
    async value(operation, input) {
      const result = await ask(operation, input)
      if (!result.ok) throw new Error(`${operation} failed: ${JSON.stringify(result.failure)}`)
      return result.value as OperationOutput<typeof operation>
    },
    async failure(operation, input) {
      const result = await ask(operation, input)
      if (result.ok) throw new Error(`${operation} did not fail: ${JSON.stringify(result.value)}`)
      return result.failure
    },
    told: () => undefined,
    async close() {
      batch.stdin.end()
      await last
    },
  }
}

/** Lamina on this machine, with the engine's host as one over SSH. */
export async function overSsh({ host, socketPath }: PrivateEngine): Promise<Way> {
  const server = await startDebianSshd(host)
  // The machine's own engine is of no concern.
  const lamina: LaminaUnderTest = await laminaUnderTest({ dockerHost: 'unix:///nowhere.sock' })
  const changed = lamina.events('containers.changed')
  const { hostId } = await lamina.value('hosts.connect', {
    host: server.address('root', socketPath),
    identityFile: server.identityFile,
    knownHostsFile: server.knownHostsFile,
  })
  return {
    hostId,
    value: (operation, input) => lamina.value(operation, input),
    failure: (operation, input) => lamina.failure(operation, input),
    told: () => changed.length,
    close: () => lamina.close(),
  }
}
