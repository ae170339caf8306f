import { useI18n } from 'vue-i18n'
import type { Messages } from '../../locales/en/messages'

export type CommandWord = keyof Messages['palette']['words']

/** What else a command is called, in every language: somebody who reads Chinese may type `commit`. */
export function useCommandWords(): (command: CommandWord) => string {
  const { t, availableLocales } = useI18n()
  return (command) =>
    availableLocales.map((locale) => t(`palette.words.${command}`, {}, { locale })).join(' ')
}
