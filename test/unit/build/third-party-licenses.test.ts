import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { writeThirdPartyLicenses } from '../../../build/packaging/third-party-licenses'

let built: string
beforeEach(() => {
  built = mkdtempSync(join(tmpdir(), 'lamina-licenses-'))
})
afterEach(() => {
  rmSync(built, { recursive: true })
})

function written(main: readonly object[], renderer: readonly object[] = []): string {
  for (const [part, list] of Object.entries({ main, preload: [], renderer })) {
    mkdirSync(join(built, part), { recursive: true })
    writeFileSync(join(built, part, 'licenses.json'), JSON.stringify(list))
  }
  writeThirdPartyLicenses(built)
  return readFileSync(join(built, 'THIRD-PARTY-LICENSES.txt'), 'utf8')
}

const text = (first: string) => `${first}\n${'Permission is hereby granted. '.repeat(12)}`

test('A package that two parts have is named once, and packages stand in order', () => {
  const [b, a] = [
    { name: 'b', version: '2.0.0', text: text('of b') },
    { name: 'a', version: '1.0.0', text: text('of a') },
  ]
  const found = written([b], [b, a])
  expect(found.match(/^(a|b) .*$|^of .$/gm)).toEqual(['a 1.0.0', 'of a', 'b 2.0.0', 'of b'])
})

// imurmurhash 0.1.4 has no file of its licence.
test('A licence that stands in a README only is found there', () => {
  const found = written([{ name: 'imurmurhash', version: '0.1.4', identifier: 'MIT' }])
  expect(found).toContain('Copyright (c) 2013 Gary Court, Jens Taylor\n\nPermission is hereby granted')
})

test.each([
  ['has an empty file', { name: 'a', version: '1.0.0', text: ' ' }],
  ['is another version than the one that is installed', { name: 'imurmurhash', version: '0.0.1' }],
  ['has the name of its licence only', { name: 'a', version: '1.0.0', text: 'License: MIT' }],
])('A package that %s cannot be packed', (_why, bundled) => {
  expect(() => written([bundled])).toThrow(
    `${bundled.name} ${bundled.version}: the text of its licence was not found`,
  )
})
