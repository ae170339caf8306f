import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ChangeTree } from '../../../electron/core/change-tree/change-tree'
import { parseSearch } from '../../../electron/core/change-view/path-search'
import { matchesPattern } from '../../../electron/transport/ssh-config/files/patterns'
import { aChange } from '../../builders/changes/change'
import { bytesWithout, many } from './hostile'

const bytes = (text: string) => Buffer.from(text, 'utf8').toString('latin1')
const lowerCase = (text: string) => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase())

/** One for all: a tree for each path would take longer than what is looked at. */
const tree = new ChangeTree()

function finds(search: string, path: string): boolean {
  const node = tree.add(aChange({ path }))
  const matches = parseSearch(search)
  for (let at = node; at > 0; at = tree.parent(at)) if (matches(tree, at)) return true
  return false
}

/** Texts of some characters of one to three bytes. */
const textOf = (characters: string, maxLength: number, minLength = 0) =>
  fc.array(fc.constantFrom(...characters), { minLength, maxLength }).map((all) => all.join(''))

test('a part of a path is found wherever a text search finds it', () => {
  const name = fc
    .oneof(textOf('aAbé日.\\', 5, 1).map(bytes), bytesWithout('/\0', 5))
    .filter((one) => one !== '')
  const search = textOf('aAbé日.\\/', 4, 1).map(bytes)
  fc.assert(
    fc.property(fc.array(name, { minLength: 1, maxLength: 4 }), search, (names, text) => {
      const path = `/${names.join('/')}`
      expect(finds(text, path)).toBe(lowerCase(path).includes(lowerCase(text)))
    }),
    many,
  )
})

/** Whether characters fit a glob's, in the plainest way: every way is tried. */
function nameFits(glob: readonly string[], name: readonly string[]): boolean {
  const [first, ...rest] = glob
  if (first === undefined) return name.length === 0
  if (first === '*') return nameFits(rest, name) || (name.length > 0 && nameFits(glob, name.slice(1)))
  const [character, ...others] = name
  if (character === undefined) return false
  const { fits, after } = firstOf(glob, character)
  return fits && nameFits(after, others)
}

function firstOf(glob: readonly string[], character: string): { fits: boolean; after: readonly string[] } {
  const [first = '', second] = glob
  const is = (other: string | undefined) => lowerCase(other ?? '') === lowerCase(character)
  if (first === '?') return { fits: true, after: glob.slice(1) }
  if (first === '\\' && second !== undefined) return { fits: is(second), after: glob.slice(2) }
  const isNegated = first === '[' && (second === '!' || second === '^')
  const from = isNegated ? 2 : 1
  // A closing bracket that stands first belongs to the set.
  const end = first === '[' ? glob.indexOf(']', from + 1) : -1
  if (end === -1) return { fits: is(first), after: glob.slice(1) }
  return { fits: isInSet(glob.slice(from, end), character) !== isNegated, after: glob.slice(end + 1) }
}

function isInSet([first, ...rest]: readonly string[], character: string): boolean {
  if (first === undefined) return false
  const last = rest[0] === '-' ? rest[1] : undefined
  const both = [character.toLowerCase(), character.toUpperCase()]
  const fits = both.some((one) => one >= first && one <= (last ?? first))
  return fits || isInSet(last === undefined ? rest : rest.slice(2), character)
}

function namesFit(globs: readonly string[], names: readonly string[]): boolean {
  const [glob, ...rest] = globs
  if (glob === undefined) return names.length === 0
  const [name, ...below] = names
  if (glob === '**') return namesFit(rest, names) || (name !== undefined && namesFit(globs, below))
  return name !== undefined && nameFits([...glob], [...name]) && namesFit(rest, below)
}

/** Whether a glob fits the path or one of the directories that lead to it. */
function globFinds(search: string, names: readonly string[]): boolean {
  const parts = search.replace(/^\//, '').split('/')
  if (parts.length > 1 && parts.at(-1) === '') parts.pop()
  const globs = search.startsWith('/') ? parts : ['**', ...parts]
  return names.some((_, index) => namesFit(globs, names.slice(0, index + 1)))
}

test('a glob finds what trying every way finds', () => {
  const name = textOf('aBc-]!日é', 4, 1)
  const part = fc.oneof(textOf('aBcé日*?', 4), textOf('aBc*?[]!-\\日', 7), fc.constant('**'))
  const search = fc
    .tuple(fc.constantFrom('', '/'), fc.array(part, { minLength: 1, maxLength: 3 }))
    .map(([slash, parts]) => slash + parts.join('/'))
    .filter((text) => /[*?[]/.test(text))
  fc.assert(
    fc.property(fc.array(name, { minLength: 1, maxLength: 4 }), search, (names, text) => {
      expect(finds(bytes(text), bytes(`/${names.join('/')}`))).toBe(globFinds(text, names))
    }),
    many,
  )
})

test('no search throws, whatever the bytes of a name', () => {
  fc.assert(
    fc.property(bytesWithout('\0'), bytesWithout('/\0'), (search, name) => {
      expect(typeof finds(search, `/${name}`)).toBe('boolean')
    }),
    many,
  )
})

test('a pattern of OpenSSH matches what its regular expression matches', () => {
  fc.assert(
    fc.property(textOf('ab.', 8), textOf('ab.*?', 8), (text, pattern) => {
      const source = pattern.replace(/\./g, '\\.').replace(/\?/g, '.').replace(/\*+/g, '.*')
      expect(matchesPattern(text, pattern)).toBe(new RegExp(`^${source}$`).test(text))
    }),
    many,
  )
})
