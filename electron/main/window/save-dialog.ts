import { BrowserWindow, dialog } from 'electron'
import type { ChosenFile } from '../../operations/context/context'

let isOpen = false

/**
 * Asks with the system's own dialog over Lamina's window. The dialog asks about overwriting itself, so that a file it gives may be
 * overwritten. While one is open, nobody can ask for another: a page that does has nothing chosen.
 */
export async function askWhereToSave(suggestedName: string): Promise<ChosenFile | undefined> {
  const [window] = BrowserWindow.getAllWindows()
  if (window === undefined || isOpen) return undefined
  isOpen = true
  try {
    return await ask(window, suggestedName)
  } finally {
    isOpen = false
  }
}

async function ask(window: BrowserWindow, suggestedName: string): Promise<ChosenFile | undefined> {
  const { canceled, filePath } = await dialog.showSaveDialog(window, {
    defaultPath: suggestedName,
    properties: ['createDirectory', 'showOverwriteConfirmation', 'dontAddToRecent'],
  })
  return canceled || filePath === '' ? undefined : { file: filePath, overwrite: true }
}
