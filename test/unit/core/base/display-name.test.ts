import { expect, it } from 'vitest'
import { displayName } from '../../../../electron/core/base/display-name'

it.each([
  ['plain', 'plain'],
  ['中文 é 🙂', '中文 é 🙂'],
  ['a\nb', 'a\\nb'],
  ['red\u001b[31m', 'red\\u001b[31m'],
  ['exe\u202Egnp.txt', 'exe\\u202egnp.txt'],
  ['nul\u0000', 'nul\\u0000'],
  ['a\u061cb', 'a\\u061cb'],
])('shows %j as %j', (name, shown) => {
  expect(displayName(name)).toBe(shown)
})
