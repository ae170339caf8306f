import { createI18n } from 'vue-i18n'
import { shownLocale } from '../features/settings/shown-locale'
import { en } from './en'
import { zhCN } from './zh-cn'

// vue-i18n 11 interprets messages instead of compiling them to functions, as the page's CSP asks.
export const i18n = createI18n({
  legacy: false,
  locale: shownLocale('system', navigator.languages),
  fallbackLocale: 'en',
  messages: { en, 'zh-CN': zhCN },
})
