import { startPrivateSshd } from '../engines/private-sshd'
import type { LaminaUnderTest } from './lamina-under-test'

/** This machine's engine once more, as a host over SSH with root's rights. */
export interface SameMachine {
  readonly hostId: string
  stop(): Promise<void>
}

/** Starts a private sshd and connects Lamina to the engine through it. */
export async function sameMachineOverSsh(lamina: LaminaUnderTest, socketPath: string): Promise<SameMachine> {
  const server = await startPrivateSshd()
  const identityFile = await server.makeKey('ed25519')
  await server.authorize('root', identityFile)
  const host = server.address('root', socketPath)
  const { hostId } = await lamina.value('hosts.connect', {
    host,
    identityFile,
    knownHostsFile: server.knownHostsFile,
  })
  return { hostId, stop: () => server.stop() }
}
