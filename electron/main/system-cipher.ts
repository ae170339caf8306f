import { safeStorage } from 'electron'
import type { SystemCipher } from '../storage/secrets'

/**
 * Electron's safeStorage: a key that the desktop's keyring holds. To be used when the application is ready. The synchronous
 * calls, for the runtime of the tests (Electron 33) has no others.
 */
export const systemCipher: SystemCipher = {
  backend() {
    if (!safeStorage.isEncryptionAvailable()) return undefined
    // Only Linux has a choice of backends, one of which is no protection at all.
    return process.platform === 'linux' ? safeStorage.getSelectedStorageBackend() : process.platform
  },
  encrypt: (text) => safeStorage.encryptString(text),
  decrypt: (bytes) => safeStorage.decryptString(bytes),
}
