import { isFailure, wholeText, type Failure } from '../../core/base/failure'
import { virtualMachineAt } from '../../core/hosts/virtual-machine'
import type { ToldEngine } from '../../engine/engine'
import type { HostFilesProbe } from '../../hostfs/host/host-files'
import type { Transport } from '../../transport/transport'
import { probeStorage } from './container-files'
import { realSocketPath } from '../engines/host-sockets'

/**
 * Whether the layers of the engine at a socket can be read on the host itself.
 * @throws FailureError what the transport throws, but for `command-failed`
 */
export async function probedFiles(
  transport: Transport,
  socketPath: string | undefined,
  description: ToldEngine,
  signal: AbortSignal,
): Promise<HostFilesProbe> {
  try {
    const place = socketPath && (await realSocketPath(transport, socketPath, signal))
    const machine = description.virtualMachine ?? (place && virtualMachineAt(place))
    if (machine !== undefined && machine !== '') return { works: false, reason: inMachine(machine) }
    return await probeStorage(transport, description, signal)
  } catch (error) {
    // An account may be allowed to forward and not to run commands; the engine lens needs none.
    if (!isFailure(error, 'command-failed')) throw error
    return { works: false, reason: `No commands can be run on the host. ${wholeText(error.failure)}` }
  }
}

/** Why nothing is known of an engine's layers that does not tell how it stores them. */
export function storageUntold(failure: Failure): string {
  return `The engine does not say where and how it stores layers. ${wholeText(failure)}`
}

function inMachine(name: string): string {
  return `The engine runs in the virtual machine of ${name}, whose files are not on this host.`
}
