import { createI18n } from 'vue-i18n'
import { describe, expect, test } from 'vitest'
import type { OperationOutput } from '../../../../../electron/contract/contract'
import { operations } from '../../../../../electron/contract/contract'
import { changeAspects } from '../../../../../electron/core/changes/change'
import { lossReasons } from '../../../../../electron/core/snapshots/snapshot-loss'
import {
  copiedLines,
  hasMorePaths,
  verifiedLines,
  verifiedSentences,
  willDifferLines,
  willDifferSentences,
  type Words,
} from '../../../../../renderer/src/features/snapshots/path-lines'
import { en } from '../../../../../renderer/src/locales/en'
import { zhCN } from '../../../../../renderer/src/locales/zh-cn'
import { differingPaths } from '../../../../../renderer/src/stores/snapshots/snapshot-run'

type Verified = NonNullable<OperationOutput<'snapshots.commit'>['verified']>

function wordsIn(locale: 'en' | 'zh-CN'): Words {
  const formats = { whole: {} }
  const { global } = createI18n({
    ...{ legacy: false, locale, fallbackLocale: false as const, messages: { en, 'zh-CN': zhCN } },
    numberFormats: { en: formats, 'zh-CN': formats },
  })
  return { t: global.t as unknown as Words['t'], n: (value) => global.n(value, 'whole') }
}

const english = wordsIn('en')
const paths = (...names: string[]) => names.map((path) => ({ path }))

const verified: Verified = {
  entries: 1234,
  missing: paths('/run/app.sock', '/a\nb'),
  extra: paths('/old'),
  different: [{ path: '/', aspects: ['mode', 'owner'] }],
  counts: { missing: 1002, extra: 1, different: 1 },
  changedMeanwhile: 2,
  notCompared: ['The attributes were not compared: the host has no getfattr.'],
  through: 'host',
}
const nothing: Verified = {
  ...verified,
  ...{ missing: [], extra: [], different: [], counts: { missing: 0, extra: 0, different: 0 } },
  ...{ entries: 1, changedMeanwhile: 0, notCompared: [], through: 'engine' },
}

function made(some: Verified): OperationOutput<'snapshots.commit'> {
  return {
    ...{ snapshotId: 's', imageId: 'i', reference: 'kept:1', baseLayers: 1, layers: 2, empty: false },
    ...{ frozen: true, warnings: [], verified: some },
  }
}

describe('What an image has otherwise than its container', () => {
  test('is counted with what is not listed', () => {
    expect([made(verified), made(nothing)].map(differingPaths)).toEqual([1004, 0])
  })

  test('is listed by what is the matter, with what is not listed said behind it', () => {
    expect(verifiedLines(verified, english)).toEqual([
      { what: 'missing', path: '/run/app.sock' },
      { what: 'missing', path: '/a\\nb' },
      { what: 'missing: 1,000 more, not listed' },
      { what: 'different: mode, owner', path: '/' },
      { what: 'only in the image', path: '/old' },
    ])
    expect(verifiedLines(nothing, english)).toEqual([])
  })

  test('is copied a line each', () => {
    expect(copiedLines(verifiedLines(verified, english)).split('\n')).toEqual([
      'missing\t/run/app.sock',
      'missing\t/a\\nb',
      'missing: 1,000 more, not listed',
      'different: mode, owner\t/',
      'only in the image\t/old',
    ])
  })

  test('is said with how it was compared, what changed meanwhile and what was left out', () => {
    expect(verifiedSentences(verified, english)).toEqual([
      '1,234 paths compared with the files on disk',
      '2 paths were changed meanwhile, so nothing can be said of them',
      'The attributes were not compared: the host has no getfattr.',
    ])
    expect(verifiedSentences(nothing, english)).toEqual(['1 path compared with what the engine tells'])
    expect(verifiedSentences({ ...nothing, entries: 0 }, english)).toEqual([])
  })

  test('is what the contract lets through', () => {
    const { output } = operations['snapshots.commit']
    expect(output.parse(made(verified))).toEqual(made(verified))
    expect(output.safeParse(made({ ...verified, entries: -1 })).success).toBe(false)
  })
})

describe('What an image will have otherwise', () => {
  const sockets = { reason: 'socket', count: 5, paths: paths('/1', '/2', '/3', '/4') } as const
  const root = { reason: 'root', count: 1, paths: paths('/') } as const
  const old = { reason: 'time-before-1970', count: 1, paths: paths('/old\u202e') } as const

  test('is a sentence for each reason, with the first paths', () => {
    expect(willDifferSentences([sockets, root, old], english)).toEqual([
      '5 sockets will be missing from the image: /1, /2, /3 and 2 more',
      'What changed about the root directory itself will be missing',
      'The time of 1 path is before 1970 and will be another: /old\\u202e',
    ])
    expect([hasMorePaths([root, old]), hasMorePaths([root, sockets])]).toEqual([false, true])
  })

  test('is listed path by path', () => {
    expect(willDifferLines([old, sockets], english)).toEqual([
      { what: 'time before 1970', path: '/old\\u202e' },
      ...['/1', '/2', '/3', '/4'].map((path) => ({ what: 'socket', path })),
      { what: 'socket: 1 more, not listed' },
    ])
  })
})

test.each(['en', 'zh-CN'] as const)('every reason and aspect has words of its own in %s', (locale) => {
  const words = wordsIn(locale)
  const each = lossReasons.map((reason) => ({ reason, count: 2, paths: paths('/p') }))
  const different = changeAspects.map((aspect) => ({ path: '/p', aspects: [aspect] }))
  const counts = { missing: 0, extra: 0, different: different.length }
  const said = [
    ...willDifferSentences(each, words),
    ...willDifferLines(each, words).map(({ what }) => what),
    ...verifiedLines({ ...nothing, different, counts }, words).map(({ what }) => what),
    ...verifiedSentences(verified, words),
  ]
  expect(new Set(said).size).toBe(said.length)
  for (const sentence of said) expect(sentence).not.toMatch(/snapshot\.|line\.|\{/)
})
