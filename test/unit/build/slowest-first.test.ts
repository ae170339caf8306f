import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { repository } from '../../../build/running/launch-arguments'
import { slowFiles } from '../../../build/testing/slowest-first'

test('each test file that is to begin first is there', () => {
  expect(slowFiles.filter((file) => !existsSync(join(repository, file)))).toEqual([])
})
