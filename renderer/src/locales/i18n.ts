import { createI18n } from 'vue-i18n'
import { shownLocale } from './shown-locale'
import { en } from './en'
import { zhCN } from './zh-cn'

/** Named, because a formatter takes up to a millisecond to make, and one without a name is made anew for each number. */
const numberFormats = { whole: {}, share: { style: 'percent' } } as const

// vue-i18n 11 interprets messages instead of compiling them to functions, as the page's CSP asks.
export const i18n = createI18n({
  legacy: false,
  locale: shownLocale('system', navigator.languages),
  fallbackLocale: 'en',
  numberFormats: { en: numberFormats, 'zh-CN': numberFormats },
  messages: { en, 'zh-CN': zhCN },
})
