import { app, nativeTheme } from 'electron'
import type { Lamina } from '../operations/lamina'
import { type Texts, textsFor } from './texts'

/** Texts in the language this person chose, or in the system's. */
export async function chosenTexts(lamina: Lamina): Promise<Texts> {
  const locale = (await chosenSettings(lamina)).get('locale')
  return textsFor(typeof locale === 'string' && locale !== 'system' ? locale : app.getLocale())
}

/** Makes native parts, and the page's `prefers-color-scheme`, follow the chosen theme. */
export async function applyChosenTheme(lamina: Lamina): Promise<void> {
  const theme = (await chosenSettings(lamina)).get('theme')
  nativeTheme.themeSource = theme === 'light' || theme === 'dark' ? theme : 'system'
}

async function chosenSettings(lamina: Lamina): Promise<ReadonlyMap<string, unknown>> {
  const settings = await lamina.call('settings.get', {}, { signal: AbortSignal.timeout(2000) })
  // Unreadable settings are told in the window; menu and dialogs then follow the system.
  if (!settings.ok || typeof settings.value !== 'object' || settings.value === null) return new Map()
  return new Map(Object.entries(settings.value))
}
