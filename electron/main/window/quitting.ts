import { app } from 'electron'
import type { Lamina } from '../../operations/application'
import { log } from '../logs/log'

// Connections and listings close in milliseconds; what hangs longer must not keep the process alive.
const patienceMs = 5000

/** Before the process ends, disconnects the window and closes what the dispatcher has open. */
export function closeBeforeQuitting(lamina: Lamina, disconnect: () => void): void {
  let isClosed = false
  app.on('will-quit', (event) => {
    if (isClosed) return
    event.preventDefault()
    disconnect()
    const patience = new Promise<void>((resolve) => setTimeout(resolve, patienceMs))
    Promise.race([lamina.close(), patience])
      .catch((error: unknown) => {
        log.error('window.failed', error, { what: 'closing' })
      })
      .finally(() => {
        isClosed = true
        // Electron ignores quit() while it still handles will-quit, so it has to come in a later turn.
        setImmediate(() => {
          app.quit()
        })
      })
  })
}
