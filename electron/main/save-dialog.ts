import { BrowserWindow, dialog } from 'electron'
import type { ChosenFile } from '../operations/context'

/**
 * Asks with the system's own dialog over Lamina's window. The dialog asks about overwriting itself, so that a file it gives may be
 * overwritten.
 */
export async function askWhereToSave(suggestedName: string): Promise<ChosenFile | undefined> {
  const [window] = BrowserWindow.getAllWindows()
  if (window === undefined) return undefined
  const { canceled, filePath } = await dialog.showSaveDialog(window, {
    defaultPath: suggestedName,
    properties: ['createDirectory', 'showOverwriteConfirmation', 'dontAddToRecent'],
  })
  return canceled || filePath === '' ? undefined : { file: filePath, overwrite: true }
}
