import { expect, test } from 'vitest'
import { chainIds } from '../../../../electron/hostfs/engine-store/layer-sizes'

const a = `sha256:${'a'.repeat(64)}`
const b = `sha256:${'b'.repeat(64)}`

test('a chain id is that of the chain below and the diff id', () => {
  // printf 'sha256:aa… sha256:bb…' | sha256sum
  expect(chainIds([a, b])).toEqual([
    'a'.repeat(64),
    'ccd722928bd92476ba1745586fed6e45a102504185ad88cd89e01ff116fd146c',
  ])
  expect(chainIds([])).toEqual([])
  expect(chainIds([a, 'sha256:x; rm'])).toBeUndefined()
})
