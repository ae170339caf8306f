import { app, nativeTheme } from 'electron'
import type { Settings, SettingsFile } from '../../storage/settings'
import { type Texts, textsFor } from './texts'

/** Texts in the language this person chose, or in the system's. */
export async function chosenTexts(settings: SettingsFile): Promise<Texts> {
  const locale = (await chosen(settings))?.locale ?? 'system'
  return textsFor(locale === 'system' ? app.getLocale() : locale)
}

/** Makes native parts, and the page's `prefers-color-scheme`, follow the chosen theme. */
export async function applyChosenTheme(settings: SettingsFile): Promise<void> {
  nativeTheme.themeSource = (await chosen(settings))?.theme ?? 'system'
}

/** Read from the file itself: the window need not wait for the thread. What cannot be read is told in the window. */
async function chosen(settings: SettingsFile): Promise<Settings | undefined> {
  return await settings.read().catch(() => undefined)
}
