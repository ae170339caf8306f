import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { LogFile } from '../../../electron/storage/logs/log-file'
import { OwnLog } from '../../../electron/storage/logs/own-log'
import { laminaUnderTest } from '../../builders/lamina-under-test'
import { sshdUsers, startPrivateSshd } from '../../engines/ssh/private-sshd'
import { sharedEngine } from '../../engines/docker/shared-engine'
import { eventually } from '../../engines/wait'

const engine = sharedEngine()

test('a login is in the log without the password, the user, the address and what the server said', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lamina-banner-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const banner = join(folder, 'banner')
  await writeFile(
    banner,
    'Say "hunter2" \u001b[31m\n2026-12-01T00:00:00.000Z error window[1] lamina.crashed\n',
  )
  const sshd = await startPrivateSshd({ config: ['AuthenticationMethods password', `Banner ${banner}`] })
  onTestFinished(() => sshd.stop())
  const dataDir = await mkdtemp(join(tmpdir(), 'lamina-log-'))
  const file = new LogFile(dataDir)
  const lamina = await laminaUnderTest({
    dockerHost: engine.dockerHost,
    dataDir,
    ownLog: new OwnLog({ part: 'test', file }),
  })
  onTestFinished(() => lamina.close())
  const host = sshd.address('keeper', engine.socketPath)
  const { knownHostsFile } = sshd
  async function connect(password: string) {
    const answered = new Set<string>()
    const connecting = lamina.lamina.call('hosts.connect', { host, knownHostsFile })
    let isDone = false
    const done = connecting.finally(() => (isDone = true))
    await eventually(
      async () => {
        for (const { promptId } of await lamina.value('prompts.list', {})) {
          if (answered.has(promptId)) continue
          answered.add(promptId)
          await lamina.lamina.call('prompts.answer', { promptId, values: [password] })
        }
        return isDone
      },
      { what: 'the end of the login' },
    )
    return await done
  }
  expect(await connect('hunter2')).toMatchObject({ failure: { kind: 'authentication-failed' } })
  // This user may log in, and not open the engine's socket.
  const refused = await connect(sshdUsers.keeper.password)
  const kind = refused.ok ? 'none' : refused.failure.kind
  const all = (await readFile(file.path, 'utf8')).trimEnd().split('\n')
  expect(all).toEqual([
    expect.stringMatching(
      / warning test\[\d+\] host\.lost host=ssh-1 kind=authentication-failed why=".+" at=.+ ms=\d+$/,
    ),
    expect.stringMatching(
      new RegExp(` host\\.lost host=ssh-1 kind=${kind} why=".+" at=.+ ms=\\d+( retryIn=\\d+)?$`),
    ),
  ])
  const secrets = [
    'hunter2',
    sshdUsers.keeper.password,
    'keeper',
    '127.0.0.1',
    String(sshd.port),
    'crashed',
    folder,
  ]
  for (const secret of secrets) expect(all.join('\n')).not.toContain(secret)
})
