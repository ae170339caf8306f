import { BrowserWindow, dialog } from 'electron'
import type { ChooseFile } from '../operations/context'

/**
 * Asks with the system's own dialog over Lamina's window. The dialog asks about overwriting itself, so that a file it gives may be
 * overwritten. It cannot be taken back: an answer that comes after the call was given up counts for nothing.
 */
export const askWhereToSave: ChooseFile = async (suggestedName, signal) => {
  const [window] = BrowserWindow.getAllWindows()
  if (window === undefined) return undefined
  const { canceled, filePath } = await dialog.showSaveDialog(window, {
    defaultPath: suggestedName,
    properties: ['createDirectory', 'showOverwriteConfirmation', 'dontAddToRecent'],
  })
  return canceled || filePath === '' || signal.aborted ? undefined : { file: filePath, overwrite: true }
}
