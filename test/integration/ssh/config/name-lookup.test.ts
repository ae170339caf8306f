import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { repository } from '../../../engines/repository'
import { runCommand } from '../../../engines/run-command'

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lamina-hosts-table-'))
  const table =
    '127.0.0.1 localhost\n127.0.0.5 测试服务器\n127.0.0.6 Ünï\n127.0.0.7 box~old\n127.0.0.8 xn--a\n::1 测试服务器\n'
  await writeFile(join(folder, 'hosts'), table)
  const module = join(repository, 'electron/transport/ssh2/network/name-lookup.ts')
  const ask = `import { lookUpName } from ${JSON.stringify(module)}
    const [name = '', family] = process.argv.slice(2)
lookUpName(name, Number(family)).then((found) => console.log(JSON.stringify(found)), (error) => console.log(JSON.stringify(error.code)))`
  await writeFile(join(folder, 'ask.ts'), ask)
})

afterAll(() => rm(folder, { recursive: true, force: true }))

/** Runs a command where the machine's table of hosts is the test's own. */
async function withTable(program: string, ...args: readonly string[]): Promise<string> {
  const script = `mount --bind '${join(folder, 'hosts')}' /etc/hosts && exec "$@"`
  const { stdout, stderr } = await runCommand(
    'unshare',
    ['--mount', 'sh', '-euc', script, 'sh', program, ...args],
    { cwd: repository, mayFail: true },
  )
  return stdout + stderr
}

async function addressesOf(name: string, family: 0 | 4 | 6 = 0): Promise<unknown> {
  return JSON.parse(await withTable('node', '--import', 'tsx', join(folder, 'ask.ts'), name, String(family)))
}

const four = (address: string) => ({ address, family: 4 })

test.each([
  ['测试服务器', [four('127.0.0.5'), { address: '::1', family: 6 }]],
  ['Ünï', [four('127.0.0.6')]],
  ['box~old', [four('127.0.0.7')]],
  ['xn--a', [four('127.0.0.8')]],
  ['ünï', 'ENOTFOUND'],
  ['没有', 'ENOTFOUND'],
])('%s is found where the table of hosts has it, as by ssh', async (name, expected) => {
  const said = await withTable('ssh', '-F', 'none', '-o', 'BatchMode=yes', '-p', '1', '--', name, 'true')
  if (typeof expected === 'string') expect(said).toContain('Could not resolve hostname')
  else expect(said).toContain('Connection refused')
  const found = await addressesOf(name)
  if (typeof expected === 'string') expect(found).toBe(expected)
  else expect(new Set(found as object[])).toEqual(new Set(expected))
})

test('addresses of one kind are those that are asked for', async () => {
  expect(await addressesOf('测试服务器', 6)).toEqual([{ address: '::1', family: 6 }])
  expect(await addressesOf('测试服务器', 4)).toEqual([four('127.0.0.5')])
})
