import { watchEffect } from 'vue'
import { useI18n } from 'vue-i18n'
import { useSettings } from '../../stores/settings/settings'
import { shownLocale } from '../../locales/shown-locale'

/** Puts the chosen theme and language on the page. */
export function useAppearance(): void {
  const settings = useSettings()
  const { locale } = useI18n({ useScope: 'global' })

  watchEffect(() => {
    const { theme } = settings.chosen
    if (theme === 'system') delete document.documentElement.dataset.theme
    else document.documentElement.dataset.theme = theme
  })
  watchEffect(() => {
    locale.value = shownLocale(settings.chosen.locale, navigator.languages)
    document.documentElement.lang = locale.value
  })
}
