import { describe, expect, it, test } from 'vitest'
import { ChangeTree } from '../../../../electron/core/change-tree/change-tree'
import { parseSearch } from '../../../../electron/core/change-view/path-search'
import { aChange } from '../../../builders/changes/change'

function bytes(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1')
}

function finds(search: string, path: string): boolean {
  const tree = new ChangeTree()
  const node = tree.add(aChange({ path: bytes(path) }))
  return parseSearch(bytes(search))(tree, node)
}

describe('a part of a path', () => {
  test.each([
    ['pass', '/etc/passwd'],
    ['PASS', '/etc/passwd'],
    ['readme', '/README'],
    ['tc/pa', '/etc/passwd'],
    ['/pass', '/etc/passwd'],
    ['/etc/p', '/etc/passwd'],
    ['b/c/d', '/a/b/c/d'],
    ['etc/', '/etc/passwd'],
    ['\\d', '/a\\d'],
    ['日', '/日本'],
  ])('%s finds %s', (search, path) => {
    expect(finds(search, path)).toBe(true)
  })

  test.each([
    ['etc', '/etc/passwd'],
    ['asswd/', '/etc/passwd'],
    ['/asswd', '/etc/passwd'],
    ['tc/asswd', '/etc/passwd'],
    ['b/d', '/a/b/c/d'],
    ['.', '/etc/passwd'],
  ])('%s does not find %s by itself', (search, path) => {
    expect(finds(search, path)).toBe(false)
  })

  it('finds the bytes of a name that is not UTF-8', () => {
    const tree = new ChangeTree()
    const node = tree.add(aChange({ path: '/caf\xe9' }))
    expect(parseSearch('caf')(tree, node)).toBe(true)
    expect(parseSearch('caf?')(tree, node)).toBe(true)
    expect(parseSearch('caf??')(tree, node)).toBe(false)
  })
})

describe('a glob', () => {
  test.each([
    ['*.conf', '/etc/nginx/nginx.conf'],
    ['*.CONF', '/etc/nginx/nginx.conf'],
    ['nginx/*.conf', '/etc/nginx/nginx.conf'],
    ['/etc/*/*.conf', '/etc/nginx/nginx.conf'],
    ['/**/*.conf', '/nginx.conf'],
    ['/etc/**/*.conf', '/etc/a/b/c/x.conf'],
    ['etc/**/b/**/x.conf', '/r/etc/a/b/b/c/x.conf'],
    ['**', '/a'],
    ['a?c', '/abc'],
    ['a?c', '/a日c'],
    ['*?', '/é'],
    ['[ab]c', '/bc'],
    ['[!ab]c', '/dc'],
    ['[a-f]x', '/Ex'],
    ['[é-ñ]x', '/êx'],
    ['[]]x', '/]x'],
    ['a[1', '/a[1'],
    ['\\[*', '/[x'],
    ['a*b*c', '/aXbXbXc'],
    ['nginx/*/', '/etc/nginx/site'],
  ])('%s finds %s', (search, path) => {
    expect(finds(search, path)).toBe(true)
  })

  test.each([
    ['*.conf', '/etc/nginx.conf.bak'],
    ['/*.conf', '/etc/nginx.conf'],
    ['etc/*.conf', '/etc/nginx/nginx.conf'],
    ['*/x', '/x'],
    ['a?c', '/ac'],
    ['??', '/é'],
    ['*??', '/€'],
    ['[!ab]c', '/ac'],
    ['[a-c]', '/d'],
    ['a*b*c', '/aXcXb'],
    ['/**/b/*', '/a/c/b'],
  ])('%s does not find %s', (search, path) => {
    expect(finds(search, path)).toBe(false)
  })

  it('takes no longer for many stars than for one', () => {
    expect(finds(`${'*a'.repeat(30)}b`, `/${'a'.repeat(250)}`)).toBe(false)
    expect(finds(`${'**/a/'.repeat(30)}b`, '/a'.repeat(1000))).toBe(false)
  })
})
