import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createI18n } from 'vue-i18n'
import { expect, test } from 'vitest'
import { failureKinds } from '../../../../electron/core/base/failure'
import { keyProblems } from '../../../../electron/core/hosts/key-problem'
import { en } from '../../../../renderer/src/locales/en'
import { zhCN } from '../../../../renderer/src/locales/zh-cn'

const source = join(import.meta.dirname, '../../../../renderer/src')

function flat(messages: object, prefix = ''): [string, string][] {
  return Object.entries(messages).flatMap(([key, value]: [string, unknown]): [string, string][] =>
    typeof value === 'string' ? [[prefix + key, value]] : flat(value as object, `${prefix}${key}.`),
  )
}

const english = new Map(flat(en))
const chinese = new Map(flat(zhCN))
const placeholders = (text: string) => [...new Set(text.match(/\{\w+\}/g) ?? [])].sort()

test('English and Chinese have the same messages with the same placeholders', () => {
  expect([...chinese.keys()].sort()).toEqual([...english.keys()].sort())
  for (const [key, text] of english) {
    expect(placeholders(chinese.get(key) ?? ''), key).toEqual(placeholders(text))
    expect(chinese.get(key), key).not.toBe('')
  }
})

test('every message that a component names is there', () => {
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.(vue|ts)$/.test(name),
  )
  const named = files.flatMap((name) => [
    ...readFileSync(join(source, name), 'utf8').matchAll(/\bt\(\s*(['`])([\w.-]+(?:\.\$\{)?)/g),
  ])
  expect(named.length).toBeGreaterThan(150)
  for (const [, quote, key = ''] of named) {
    if (quote === "'") expect(english.has(key), key).toBe(true)
    else
      expect(
        [...english.keys()].some((known) => known.startsWith(key.replace('${', ''))),
        key,
      ).toBe(true)
  }
})

test('every kind of failure has a title and a remedy', () => {
  expect(Object.keys(en.failure).sort()).toEqual([...failureKinds].sort())
})

test('every reason for which a key is left aside has its words', () => {
  expect(Object.keys(en.prompt.keysLeftAside).sort()).toEqual(['title', ...keyProblems].sort())
})

test('no message speaks of "we"', () => {
  for (const [key, text] of english) expect(text, key).not.toMatch(/\b(we|us|our)\b/i)
})

test('every message can be read by the interpreter', () => {
  const i18n = createI18n({ legacy: false, locale: 'en', messages: { en, 'zh-CN': zhCN } })
  for (const locale of ['en', 'zh-CN'] as const) {
    i18n.global.locale.value = locale
    for (const key of english.keys()) expect(i18n.global.t(key, { count: 2 }, 2), key).not.toBe(key)
  }
  i18n.global.locale.value = 'en'
  expect(i18n.global.t('changes.below', { count: '1' }, 1)).toBe('1 change')
  expect(i18n.global.t('changes.below', { count: '0' }, 0)).toBe('0 changes')
})
