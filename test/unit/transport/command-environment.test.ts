import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { commandEnvironment, inCommandEnvironment } from '../../../electron/transport/command-environment'
import { openLocalTransport } from '../../../electron/transport/local/local-transport'
import { outputOf } from '../../../electron/transport/transport'
import { hostileEnvironment } from '../../builders/hosts/hostile-environment'

const { signal } = new AbortController()
const path = process.env['PATH'] ?? ''
const odd = "/a folder/it's * $(echo x)"
const kept = { HOME: odd, XDG_RUNTIME_DIR: '/run/user/1:2', COLIMA_HOME: '' }
const wanted = { PATH: path, LC_ALL: 'C', ...kept }

/** What `env` says, without what every shell sets itself. */
function variables(said: Buffer): Record<string, string> {
  const lines = said.toString('utf8').split('\0').slice(0, -1)
  const pairs = lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)])
  return Object.fromEntries(
    pairs.filter(([name = '']) => !['PWD', 'OLDPWD', 'SHLVL', '_'].includes(name)),
  ) as Record<string, string>
}

/** A folder with tools that nobody wants, as it would stand in a container. */
let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lamina-environment-'))
  for (const tool of ['env', 'find']) {
    writeFileSync(join(folder, tool), '#!/bin/sh\necho hostile\n')
    chmodSync(join(folder, tool), 0o755)
  }
})

afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true })
})

describe('A command on this machine', () => {
  beforeEach(() => {
    for (const [name, value] of Object.entries({ ...hostileEnvironment, ...kept })) vi.stubEnv(name, value)
    vi.stubEnv('PATH', `.::relative:${path}:`)
  })

  test.each([false, true])(
    'sees nothing of the environment but what it needs; as root: %s',
    async (elevated) => {
      const said = await outputOf(
        openLocalTransport(),
        { name: 'a test', script: 'exec env -0', elevated },
        signal,
      )
      // sudo says where root is at home, and has a PATH of its own where its rules say so.
      const ofRoot = elevated
        ? { HOME: expect.any(String) as string, PATH: expect.any(String) as string }
        : {}
      const { XDG_RUNTIME_DIR, COLIMA_HOME, ...others } = { ...wanted, ...ofRoot }
      const left = elevated ? others : { ...others, XDG_RUNTIME_DIR, COLIMA_HOME }
      expect(variables(said)).toEqual(left)
    },
  )

  test('runs no tool of the directory it is in', async () => {
    const script = 'IFS= read -r folder; cd "$folder" && find . -maxdepth 0'
    const said = await outputOf(
      openLocalTransport(),
      { name: 'a test', script, input: Buffer.from(`${folder}\n`) },
      signal,
    )
    expect(said.toString()).toBe('.\n')
  })
})

test('without any absolute folder the usual ones are the PATH', () => {
  const usual = expect.stringContaining('/usr/sbin:/usr/bin') as string
  for (const PATH of [undefined, '', '.', ':bin:'])
    expect(commandEnvironment(PATH === undefined ? {} : { PATH })).toEqual({ PATH: usual, LC_ALL: 'C' })
})

describe.each(['dash', 'bash', 'busybox'])('The words that begin a command, read by %s as sh', (shell) => {
  const program = execFileSync('sh', ['-c', 'command -v "$0"', shell], { encoding: 'utf8' }).trim()
  const begun = (env: Record<string, string>) =>
    variables(
      spawnSync(program, ['-c', inCommandEnvironment, 'exec env -0'], { argv0: 'sh', cwd: folder, env })
        .stdout,
    )

  test('leave nothing of a hostile environment', () => {
    expect(begun({ ...hostileEnvironment, ...kept, PATH: `.::relative:${path}:` })).toEqual(wanted)
  })

  test('set nothing that was not set', () => {
    expect(begun({ SHELLOPTS: 'nounset', PATH: path })).toEqual({ PATH: path, LC_ALL: 'C' })
  })

  test('find the usual tools without a PATH', () => {
    expect(begun({ PATH: '.' })).toEqual({ PATH: commandEnvironment({}).PATH, LC_ALL: 'C' })
  })
})
