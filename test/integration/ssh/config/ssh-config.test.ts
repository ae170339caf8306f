import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { listConfiguredHosts } from '../../../../electron/transport/ssh-config/configured-hosts'
import { hopFrom } from '../../../../electron/transport/ssh-config/hop'
import type { HostOptions, HostQuestion } from '../../../../electron/transport/ssh-config/files/host-options'
import {
  readWithoutSsh,
  resolveSshHost,
  resolveWith,
} from '../../../../electron/transport/ssh-config/resolve'
import { askSsh } from '../../../../electron/transport/ssh-config/ssh-g'
import type { ResolvedHost, SshEnvironment } from '../../../../electron/transport/ssh-config/hop-settings'
import { oneOf, seededRandom } from '../../../builders/random'
import { eventually } from '../../../engines/wait'
import { type ConfigCase, configCases } from './config-cases'
import { taken } from './taken-options'

let folder: string
let cases = 0
const never = new AbortController().signal

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lamina-ssh-config-'))
  process.env['LAMINA_AGENT'] = '/run/lamina-agent'
})

afterAll(() => {
  delete process.env['LAMINA_AGENT']
  rmSync(folder, { recursive: true, force: true })
})

/** Writes a case's files into a folder of their own, and gives who asks about them. */
function environmentOf({ config, files = {} }: Pick<ConfigCase, 'config' | 'files'>): SshEnvironment {
  const own = join(folder, String(cases++))
  mkdirSync(own)
  const configFile = join(own, 'config')
  const content = { ...files, config }
  for (const [name, text] of Object.entries(content))
    writeFileSync(join(own, name), text.replaceAll('FOLDER', own), { mode: 0o600 })
  const { homedir: home, username: localUser } = userInfo()
  return { home, localUser, agentSocket: '/run/usual-agent', configFile }
}

function questionOf({ host = 'web', user, port }: Partial<ConfigCase>): HostQuestion {
  return { host, ...(user === undefined ? {} : { user }), ...(port === undefined ? {} : { port }) }
}

async function optionsOfSsh(question: HostQuestion, environment: SshEnvironment): Promise<HostOptions> {
  const answer = await askSsh(question, environment.configFile, never)
  if (answer.kind !== 'options') throw new Error('ssh is not here')
  return answer.options
}

async function expectAgreement(one: ConfigCase): Promise<void> {
  const environment = environmentOf(one)
  const question = questionOf(one)
  const theirs = taken(await optionsOfSsh(question, environment), environment)
  const ours = taken(await readWithoutSsh(question, environment), environment)
  expect({ config: one.config, ...ours }).toEqual({ config: one.config, ...theirs })
}

/** Neither `ssh -G` nor Lamina's own reading takes what is set up for `web`. */
async function refusedByBoth(environment: ReturnType<typeof environmentOf>): Promise<void> {
  const refused = { failure: { kind: 'invalid-input' } }
  const own = (question: Parameters<typeof readWithoutSsh>[0]) => readWithoutSsh(question, environment)
  await expect(resolveSshHost({ host: 'web' }, {}, environment, never)).rejects.toMatchObject(refused)
  await expect(resolveWith(own, { host: 'web' }, {}, environment, never)).rejects.toMatchObject(refused)
}

describe('against ssh -G', () => {
  it.each(configCases)('reads $name as it does', async (one) => {
    await expectAgreement(one)
  })

  it('reads random configurations as it does', async () => {
    const random = seededRandom(3)
    const lines = configCases
      .filter(({ config }) => !config.includes('FOLDER') && !config.includes('$'))
      .flatMap(({ config }) => config.split('\n'))
      .filter((line) => line.trim() !== '' && !line.includes('FooBar') && !line.includes('example.%%'))
    for (let round = 0; round < 150; round++) {
      const chosen = Array.from({ length: 3 + Math.floor(random() * 12) }, () => oneOf(random, lines))
      const host = oneOf(random, ['web', 'db', 'WEB', '10.0.0.1'])
      // A host that jumps through itself is refused by both, each in its words.
      const config = chosen.filter((line) => !line.includes('ProxyJump') || host !== 'WEB').join('\n')
      await expectAgreement({ name: 'random', config, host, ...(random() < 0.3 ? { user: 'me' } : {}) })
    }
  })

  it('tells files of host keys apart whose names hold spaces', async () => {
    const config = 'UserKnownHostsFile "FOLDER/a b" FOLDER/c\nGlobalKnownHostsFile /d "/e  f"'
    const { hops } = await resolveSshHost({ host: 'web' }, {}, environmentOf({ config }), never)
    expect(hops[0].userKnownHostsFiles.map((file) => file.split('/').at(-1))).toEqual(['a b', 'c'])
    expect(hops[0].globalKnownHostsFiles).toEqual(['/d', '/e  f'])
  })

  it('tells of what it does not follow', async () => {
    const config =
      'Match exec "touch FOLDER/ran"\n User x\nHost *\n Port 23\n Frobnicate yes\n StrictHostKeyChecking no'
    const environment = environmentOf({ config })
    const options = await readWithoutSsh({ host: 'web' }, environment)
    const { warnings } = hopFrom(options, environment)
    expect([options.user, options.port]).toEqual([environment.localUser, 23])
    expect([...options.warnings, ...warnings]).toEqual([
      expect.stringContaining('Match exec is not run without OpenSSH'),
      expect.stringContaining('frobnicate is not followed, for it is not known'),
      expect.stringContaining('StrictHostKeyChecking no'),
    ])
    expect(options.warnings.every((text) => / line \d\)\.$/.test(text))).toBe(true)
  })
})

describe('jumps', () => {
  const config = `
    Host web
      ProxyJump a,me@b:23
      User web-user
    Host a
      HostName a.example
      User a-user
      IdentityFile ~/a-key
      ProxyJump outer
    Host b
      ProxyJump never-asked
      IdentityFile ~/b-key
    Host outer
      ProxyCommand nc %h %p
      Port 2022`
  const environmentless = (): SshEnvironment => environmentOf({ config })

  async function both(text: string, host = 'web'): Promise<[ResolvedHost, ResolvedHost]> {
    const environment = environmentOf({ config: text })
    return Promise.all([
      resolveSshHost({ host }, {}, environment, never),
      resolveWith((question) => readWithoutSsh(question, environment), { host }, {}, environment, never),
    ])
  }

  it('are resolved each on its own, in the order in which they are connected', async () => {
    const [asked, read] = await both(config)
    expect(read).toEqual(asked)
    const { home, localUser } = environmentless()
    expect(
      asked.hops.map((hop) => [hop.user, hop.hostName, hop.port, hop.proxyCommand, hop.identityFiles[0]]),
    ).toEqual([
      [localUser, 'outer', 2022, 'nc outer 2022', asked.hops[3]?.identityFiles[0]],
      ['a-user', 'a.example', 22, undefined, join(home, 'a-key')],
      ['me', 'b', 23, undefined, join(home, 'b-key')],
      ['web-user', 'web', 22, undefined, asked.hops[0].identityFiles[0]],
    ])
  })

  it('that are all hosts through one of them are told the way as ssh -J does', async () => {
    const [asked, read] = await both('Host *\n ProxyJump a,b\nHost a\n User x', 'web').catch(
      (error: unknown) => {
        expect(error).toMatchObject({ failure: { kind: 'invalid-input' } })
        return []
      },
    )
    expect(read).toEqual(asked)
  })

  it.each([
    ['itself', 'Host *\n ProxyJump a'],
    ['each other', 'Host web\n ProxyJump a\nHost a\n ProxyJump b\nHost b\n ProxyJump a'],
  ])('are refused where they go through %s', async (_name, text) => {
    const environment = environmentOf({ config: text })
    await refusedByBoth(environment)
  })

  it('follow what was chosen for the host, at the host alone', async () => {
    const overrides = { identityFile: '/chosen', knownHostsFile: '/kh', legacyAlgorithms: true }
    const { hops } = await resolveSshHost({ host: 'web' }, overrides, environmentless(), never)
    expect(hops.map((hop) => hop.identityFiles[0] === '/chosen')).toEqual([false, false, false, true])
    expect(hops.at(-1)).toMatchObject({
      identitiesOnly: true,
      userKnownHostsFiles: ['/kh'],
      legacyAlgorithms: true,
    })
  })
})

describe('a configuration that cannot be followed', () => {
  /** A command that never ends by itself and says which process it is. */
  const hanging = 'echo $$ >FOLDER/began; exec sleep 1000'

  async function begun({ configFile = '' }: SshEnvironment): Promise<number> {
    const said = () => readIfThere(join(dirname(configFile), 'began')).trim()
    return Number(await eventually(() => said() !== '' && said(), { what: 'the command to begin' }))
  }

  /** A process that ended has no command line, also where nobody has asked for its status yet. */
  const isThere = (pid: number) => readIfThere(`/proc/${String(pid)}/cmdline`) !== ''

  function readIfThere(path: string): string {
    try {
      return readFileSync(path, 'utf8')
    } catch {
      return ''
    }
  }

  it.each([
    ['is missing', undefined],
    ['has a token that is none', 'IdentityFile %x'],
    ['has a variable that is not set', 'IdentityFile ${LAMINA_UNSET}'],
    ['has a jump that is none', 'ProxyJump a,,b'],
  ])('is refused by both: %s', async (_name, config) => {
    const environment = environmentOf({ config: config ?? '' })
    if (config === undefined && environment.configFile !== undefined) rmSync(environment.configFile)
    await refusedByBoth(environment)
  })

  it('ends the commands of Match exec when it is cancelled', async () => {
    const environment = environmentOf({ config: `Match exec "${hanging}"\n User x` })
    const stop = new AbortController()
    const asked = resolveSshHost({ host: 'web' }, {}, environment, stop.signal)
    asked.catch(() => undefined)
    const command = await begun(environment)
    stop.abort()
    await expect(asked).rejects.toMatchObject({ failure: { kind: 'cancelled' } })
    await eventually(() => !isThere(command), { what: 'the command to end' })
  })

  it('is read without OpenSSH where that is not installed', async () => {
    const environment = environmentOf({ config: 'Host web\n Port 23' })
    vi.stubEnv('PATH', folder)
    try {
      const { hops, warnings } = await resolveSshHost({ host: 'web' }, {}, environment, never)
      expect([hops[0].port, warnings]).toEqual([23, []])
    } finally {
      vi.unstubAllEnvs()
    }
  })

  it('is read without OpenSSH when Match exec hangs', async () => {
    const environment = environmentOf({ config: `Match exec "${hanging}"\n User x\nHost web\n Port 23` })
    const { hops, warnings } = await resolveSshHost({ host: 'web' }, {}, environment, never)
    expect([hops[0].port, hops[0].user]).toEqual([23, environment.localUser])
    expect(warnings[0]).toContain('ssh -G gave no answer')
    const command = await begun(environment)
    await eventually(() => !isThere(command), { what: 'the command to end' })
  })
})

describe('the hosts that a configuration names', () => {
  it('are listed without patterns, each once, from included files too', async () => {
    const environment = environmentOf({
      config: 'Host web *.example !no db\n Include FOLDER/*.conf\nHost web\nMatch host never\n',
      files: { 'a.conf': 'Host "cache" w?b' },
    })
    expect(await listConfiguredHosts(environment)).toEqual({
      hosts: [{ name: 'web' }, { name: 'db' }, { name: 'cache' }],
      warnings: [],
    })
  })

  it('are none where the file cannot be read, with a word why', async () => {
    const { homedir: home, username: localUser } = userInfo()
    const environment = { home, localUser, configFile: join(folder, 'missing') }
    const { hosts, warnings } = await listConfiguredHosts(environment)
    expect([hosts, warnings]).toEqual([[], [expect.stringContaining('cannot be read')]])
  })

  it("are the user's own, where others cannot write them", async () => {
    const home = join(folder, 'home')
    mkdirSync(join(home, '.ssh'), { recursive: true })
    writeFileSync(join(home, '.ssh/config'), 'Host web\n Include conf.d/*', { mode: 0o600 })
    mkdirSync(join(home, '.ssh/conf.d'))
    writeFileSync(join(home, '.ssh/conf.d/more'), 'Host db', { mode: 0o600 })
    const environment = { home, localUser: 'me' }
    expect((await listConfiguredHosts(environment)).hosts).toEqual([{ name: 'web' }, { name: 'db' }])
    chmodSync(join(home, '.ssh/conf.d/more'), 0o666)
    const { hosts, warnings } = await listConfiguredHosts(environment)
    expect([hosts, warnings]).toEqual([[], [expect.stringContaining('others may write it')]])
  })
})
