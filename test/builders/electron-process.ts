import { once } from 'node:events'
import type { ElectronApplication } from 'playwright'
import { launchDriven } from '../../build/driven/launch'
import type { Launch } from '../../build/running/launch-arguments'

/** Milliseconds for a start. Only one that fails takes so long. */
const patience = 60_000

/** An application that was started, and when all of it is gone. */
export interface ElectronProcess {
  readonly app: ElectronApplication
  /** With the main process all its helpers have ended, which write to its data folder to the last: they have its output as well. */
  readonly ended: Promise<unknown>
}

export async function startElectron(launch: Launch): Promise<ElectronProcess> {
  const app = await launchDriven(launch, patience)
  return { app, ended: once(app.process(), 'close') }
}
