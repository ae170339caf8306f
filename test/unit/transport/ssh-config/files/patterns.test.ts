import { expect, it } from 'vitest'
import {
  matchesPattern,
  matchesPatternList,
} from '../../../../../electron/transport/ssh-config/files/patterns'
import { oneOf, seededRandom } from '../../../../builders/random'

it.each([
  ['web', 'web', true],
  ['web', 'we?', true],
  ['web', 'w*', true],
  ['web', '*web*', true],
  ['web', 'web?', false],
  ['', '*', true],
  ['', '', true],
  ['web', '', false],
  ['a.b.example', '*.example', true],
  ['[web]:2222', '[web]:2222', true],
  ['[web]:2222', '[*]:*', true],
])('says whether %j matches %j', (text, pattern, matches) => {
  expect(matchesPattern(text, pattern)).toBe(matches)
})

it.each([
  ['web', 'db,web', true],
  ['web', '*,!web', false],
  ['web', '!web,*', false],
  ['db', '*,!web', true],
  ['web', '!db', false],
  ['web', `web,${'x'.repeat(1023)}`, false],
])('says whether %j matches the list %j', (text, list, matches) => {
  expect(matchesPatternList(text, list)).toBe(matches)
})

it('agrees with regular expressions on random patterns', () => {
  const random = seededRandom(20261124)
  const word = (letters: string): string =>
    Array.from({ length: Math.floor(random() * 9) }, () => oneOf(random, [...letters])).join('')
  for (let round = 0; round < 4000; round++) {
    const [text, pattern] = [word('ab'), word('ab*?')]
    const expression = new RegExp(`^${pattern.replaceAll('*', '.*').replaceAll('?', '.')}$`)
    expect([text, pattern, matchesPattern(text, pattern)]).toEqual([text, pattern, expression.test(text)])
  }
})

it('takes no time for a pattern made to take long', () => {
  expect(matchesPattern('a'.repeat(1000), `${'*a'.repeat(400)}b`)).toBe(false)
})
