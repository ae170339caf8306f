import { expect, test } from 'vitest'
import { keyProblems, leftAsideRemedy, leftAsideSentence } from '../../../../electron/core/hosts/key-problem'

test.each(keyProblems)('a key is named with why it is left aside, and what to do: %s', (problem) => {
  const one = { key: '/home/me/.ssh/$&id\u202e', problem }
  expect(leftAsideSentence(one)).toMatch(/^The key \/home\/me\/\.ssh\/\$&id\\u202e was left aside: [^.]+\.$/)
  expect(leftAsideRemedy(one)).toMatch(/^[A-Z].*\.$/)
  expect(leftAsideRemedy(one)).not.toMatch(/\bKEY\b|\u202e|undefined/)
})
