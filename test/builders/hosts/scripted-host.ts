import { onTestFinished } from 'vitest'
import type { HopSettings } from '../../../electron/transport/ssh-config/hop-settings'
import type { SshTransport } from '../../../electron/transport/ssh2/ssh-transport'
import { startScriptedSshd, type ScriptedSshd, type ServerScript } from '../../engines/ssh/scripted-sshd'
import { hopTo, transportOver } from './ssh-host'

/** A server that keeps to a script; gone with the test. */
export async function serverThat(script: ServerScript): Promise<ScriptedSshd> {
  const server = await startScriptedSshd(script)
  onTestFinished(() => server.close())
  return server
}

/** A transport to a server that keeps to a script; both are gone with the test. */
export async function hostThat(
  script: ServerScript,
  changes: Partial<HopSettings> = {},
): Promise<SshTransport> {
  const transport = transportOver(hopTo(await serverThat(script), changes))
  onTestFinished(() => transport.close())
  return transport
}
