import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import type { HopSettings } from '../../../electron/transport/ssh-config/hop-settings'
import { outputOf } from '../../../electron/transport/transport'
import { hopTo, nobodyAborts, person, transportOver } from '../../builders/hosts/ssh-host'
import { startPrivateSshd, type PrivateSshd } from '../../engines/ssh/private-sshd'

let jump: PrivateSshd
let target: PrivateSshd
let jumpKey: string
let targetKey: string

beforeAll(async () => {
  ;[jump, target] = await Promise.all([startPrivateSshd(), startPrivateSshd()])
  jumpKey = await jump.makeKey('rsa')
  await jump.authorize('stranger', jumpKey)
  targetKey = await target.makeKey('ed25519')
  await target.authorize('keeper', targetKey)
})

afterAll(() => Promise.all([jump.stop(), target.stop()]))

const toJump = (changes: Partial<HopSettings> = {}) =>
  hopTo(jump, { user: 'stranger', identityFiles: [jumpKey], ...changes })
const toTarget = (changes: Partial<HopSettings> = {}) =>
  hopTo(target, { user: 'keeper', identityFiles: [targetKey], ...changes })

function over(...hops: readonly [HopSettings, ...HopSettings[]]) {
  const transport = transportOver(...hops)
  onTestFinished(() => transport.close())
  return transport
}

const home = async (transport: ReturnType<typeof over>): Promise<string> =>
  (await outputOf(transport, { name: 'a test', script: 'pwd' }, nobodyAborts)).toString().trim()

test('a host behind a jump is reached, each with its own user and key', async () => {
  const transport = over(toJump(), toTarget())
  expect(await home(transport)).toBe(target.home('keeper'))
})

test('a host behind two jumps is reached', async () => {
  const transport = over(toJump(), toTarget(), toJump())
  expect(await home(transport)).toBe(jump.home('stranger'))
})

test('each hop asks about its own unknown key', async () => {
  const files = { jump: join(jump.folder, 'met'), target: join(target.folder, 'met') }
  const transport = over(
    toJump({ userKnownHostsFiles: [files.jump] }),
    toTarget({ userKnownHostsFiles: [files.target] }),
  )
  const ask = person([], [])
  await transport.open(ask, nobodyAborts)
  expect(ask.asked).toMatchObject([
    { kind: 'host-key', host: `[127.0.0.1]:${String(jump.port)}`, file: files.jump },
    { kind: 'host-key', host: `[127.0.0.1]:${String(target.port)}`, file: files.target },
  ])
})

test('a jump that shows another key is refused, and nothing is tried behind it', async () => {
  const file = join(jump.folder, 'changed')
  const other = (await readFile(join(target.folder, 'host', 'ed25519.pub'), 'utf8'))
    .split(' ')
    .slice(0, 2)
    .join(' ')
  await writeFile(file, `[127.0.0.1]:${String(jump.port)} ${other}\n`)
  const transport = over(toJump({ userKnownHostsFiles: [file] }), toTarget())
  await expect(transport.open(person([]), nobodyAborts)).rejects.toMatchObject({
    failure: { kind: 'host-key-changed' },
  })
  expect(transport.log().some(({ text }) => text.includes(String(target.port)))).toBe(false)
})

test('a jump that may not forward says so', async () => {
  const own = await startPrivateSshd({ config: ['AllowTcpForwarding no'] })
  onTestFinished(() => own.stop())
  const key = await own.makeKey('ed25519')
  await own.authorize('stranger', key)
  const transport = over(hopTo(own, { user: 'stranger', identityFiles: [key] }), toTarget())
  await expect(transport.open(undefined, nobodyAborts)).rejects.toMatchObject({
    failure: { kind: 'host-unreachable', remedy: expect.stringContaining('AllowTcpForwarding') as string },
  })
})

test('a jump that dies takes the link along', async () => {
  const own = await startPrivateSshd()
  onTestFinished(() => own.stop())
  const key = await own.makeKey('ed25519')
  await own.authorize('stranger', key)
  const transport = over(hopTo(own, { user: 'stranger', identityFiles: [key] }), toTarget())
  const running = outputOf(transport, { name: 'a test', script: 'echo begun; exec sleep 600' }, nobodyAborts)
  running.catch(() => undefined)
  await home(transport)
  await own.kill()
  await expect(running).rejects.toMatchObject({ failure: { kind: 'connection-lost' } })
  await own.start()
  expect(await home(transport)).toBe(target.home('keeper'))
})

test('a ProxyCommand carries the connection', async () => {
  const proxyCommand = `ssh -F none -i ${jumpKey} -p ${String(jump.port)} -o BatchMode=yes -o UserKnownHostsFile=${jump.knownHostsFile} -W 127.0.0.1:${String(target.port)} stranger@127.0.0.1`
  const transport = over(toTarget({ proxyCommand }))
  expect(await home(transport)).toBe(target.home('keeper'))
})

test('a ProxyCommand that fails is told with what it said', async () => {
  const transport = over(toTarget({ proxyCommand: 'sh -c "echo no way there >&2; exit 3"' }))
  await expect(transport.open(undefined, nobodyAborts)).rejects.toMatchObject({
    failure: { kind: 'host-unreachable' },
  })
  const log = transport.log().map(({ text }) => text)
  expect(log).toContain('ProxyCommand: no way there')
})

test.each([
  ['a name that nobody knows', { hostName: 'no-such-host.invalid', port: 22 }],
  ['a port that nobody listens on', { port: 1 }],
])('%s is told as such', async (_, changes) => {
  const transport = over(toTarget(changes))
  await expect(transport.open(undefined, nobodyAborts)).rejects.toMatchObject({
    failure: { kind: 'host-unreachable' },
  })
})
