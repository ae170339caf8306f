import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { repository } from '../../../build/running/launch-arguments'
import { nodeComplaint } from '../../../build/running/required-node'

const { engines, devEngines } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as {
  engines: { node: string }
  devEngines: { runtime: { name: string; version: string } }
}

test('package.json says one range of Node to those who use it and those who develop it', () => {
  expect(devEngines.runtime).toMatchObject({ name: 'node', version: engines.node })
  expect(engines.node).toMatch(/^>=\d+\.\d+$/)
})

test.each(['18.20.8', '20.0.0', '20.18.3'])('Node %s is told to be too old', (version) => {
  expect(nodeComplaint(version, '>=20.19')).toBe(`Lamina needs Node 20.19 or newer; this is ${version}.`)
})

test.each(['20.19.0', '20.20.2', '21.0.0', '22.12.0', '24.21.0'])('Node %s is taken', (version) => {
  expect(nodeComplaint(version, '>=20.19')).toBeUndefined()
})
