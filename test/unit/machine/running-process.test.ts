import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { expect, onTestFinished, test } from 'vitest'
import {
  isOfThisMachine,
  isRunning,
  type ProcessIdentity,
  startOf,
  stateOf,
  thisProcess,
} from '../../../electron/machine/running-process'
import { repository } from '../../engines/repository'

test('this process runs, and one with its number that began at another moment does not', () => {
  const mine = thisProcess()
  expect(mine).toMatchObject({ pid: process.pid, start: startOf(process.pid) })
  expect(isRunning(mine)).toBe(true)
  expect(isRunning({ pid: process.pid })).toBe(true)
  const [boot = '', ticks = ''] = mine.start?.split(':') ?? []
  expect(isRunning({ pid: process.pid, start: `${boot}:${String(Number(ticks) - 1)}` })).toBe(false)
  expect(isRunning({ pid: process.pid, start: `another boot:${ticks}` })).toBe(false)
})

test.each([
  ['a word', 'process.title'],
  ['blanks and parentheses, as of a kernel thread', "process.title = ') R 1 (a b)', process.title"],
])('its start is read past a name of %s', async (_, naming) => {
  const child = spawn(process.execPath, ['-e', `${naming}; console.log('named'); setInterval(() => 0, 1e6)`])
  onTestFinished(() => void child.kill())
  await once(createInterface({ input: child.stdout }), 'line')
  const { pid = 0 } = child
  const afterName = readFileSync(`/proc/${String(pid)}/stat`, 'latin1').replace(/^.*\) /s, '')
  expect(startOf(pid)?.split(':')[1]).toBe(afterName.split(' ')[19])
  expect(isRunning({ pid, start: startOf(pid) })).toBe(true)
})

test('one that ended does not run, whether or not its parent has asked for it', async () => {
  // The shell becomes a process that never asks what became of its child.
  const parent = spawn('sh', ['-c', 'sleep 600 & echo $!; exec sleep 600'])
  onTestFinished(() => void parent.kill())
  const [line] = (await once(createInterface({ input: parent.stdout }), 'line')) as [string]
  const command = () => readFileSync(`/proc/${String(parent.pid)}/comm`, 'latin1')
  await expect.poll(command, { timeout: 50_000 }).toBe('sleep\n')
  const pid = Number(line)
  process.kill(pid)
  const state = () => readFileSync(`/proc/${line}/stat`, 'latin1').replace(/^.*\) /s, '')[0]
  await expect.poll(state, { timeout: 50_000 }).toBe('Z')
  expect(isRunning({ pid })).toBe(false)
  parent.kill()
  await once(parent, 'exit')
})

test.each([0, -1, 1.5, NaN, 2 ** 40])('%d is no process', (pid) => {
  expect(isRunning({ pid })).toBe(false)
})

test('what became of a process can be told of those that are counted here', () => {
  const mine = thisProcess()
  const [machine = ''] = mine.place?.split('\n') ?? []
  expect(stateOf(mine)).toBe('running')
  expect(stateOf({ ...mine, start: 'another boot:1' })).toBe('ended')
  const inContainer = { ...mine, place: `${machine}\npid:[1]` }
  expect(stateOf(inContainer)).toBe('unknown')
  // The machine was started anew since, and every container of it.
  expect(stateOf({ ...inContainer, start: 'another boot:1' })).toBe('ended')
  const onOther = { ...mine, place: 'elsewhere 1\npid:[1]' }
  expect([stateOf(onOther), stateOf({ ...onOther, start: 'another boot:1' })]).toEqual(['unknown', 'unknown'])
  expect([
    isOfThisMachine(mine),
    isOfThisMachine(inContainer),
    isOfThisMachine(onOther),
    isOfThisMachine({}),
  ]).toEqual([true, true, false, true])
})

test('a process in a namespace of its own counts otherwise', () => {
  const script = `import { thisProcess } from '${repository}/electron/machine/running-process.ts'
    console.log(JSON.stringify(thisProcess()))`
  const run = ['--pid', '--fork', process.execPath, '--import', 'tsx', '--input-type=module', '-e', script]
  const told = JSON.parse(
    execFileSync('unshare', run, { cwd: repository, encoding: 'utf8' }),
  ) as ProcessIdentity
  expect(told.pid).toBeLessThan(10)
  expect(stateOf(told)).toBe('unknown')
})
