import { startPrivateSshd, type SshdUser } from '../engines/ssh/private-sshd'
import type { LaminaUnderTest } from './lamina-under-test'

/** This machine's engine once more, as a host over SSH. */
export interface SameMachine {
  readonly hostId: string
  stop(): Promise<void>
}

/** Starts a private sshd and connects Lamina to the engine through it, as a user who may open the engine's socket. */
export async function sameMachineOverSsh(
  lamina: LaminaUnderTest,
  socketPath: string,
  user: SshdUser = 'root',
): Promise<SameMachine> {
  const server = await startPrivateSshd()
  const identityFile = await server.makeKey('ed25519')
  await server.authorize(user, identityFile)
  const host = server.address(user, socketPath)
  const { hostId } = await lamina.value('hosts.connect', {
    host,
    identityFile,
    knownHostsFile: server.knownHostsFile,
  })
  return { hostId, stop: () => server.stop() }
}
