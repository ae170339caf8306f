export type ShownLocale = 'en' | 'zh-CN'

/** The language to show for what was chosen, where `system` follows the machine's languages in their order. */
export function shownLocale(chosen: 'system' | ShownLocale, machine: readonly string[]): ShownLocale {
  if (chosen !== 'system') return chosen
  for (const language of machine) {
    if (language.toLowerCase().startsWith('zh')) return 'zh-CN'
    if (language.toLowerCase().startsWith('en')) return 'en'
  }
  return 'en'
}
