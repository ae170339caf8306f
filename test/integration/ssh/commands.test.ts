import { getEventListeners } from 'node:events'
import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import type { SshTransport } from '../../../electron/transport/ssh/ssh-transport'
import { outputOf } from '../../../electron/transport/transport'
import { hopTo, nobodyAborts, transportOver } from '../../builders/ssh-host'
import { eventually } from '../../engines/wait'
import {
  startPrivateSshd,
  type PrivateSshd,
  type PrivateSshdOptions,
  type SshdUser,
} from '../../engines/private-sshd'
import { runCommand } from '../../engines/run-command'
import { uniqueName } from '../../engines/shared-engine'

let server: PrivateSshd
let transport: SshTransport

beforeAll(async () => {
  server = await startPrivateSshd()
  transport = await asUser(server, 'keeper')
})

afterAll(async () => {
  await transport.close()
  await server.stop()
})

async function asUser(own: PrivateSshd, user: SshdUser): Promise<SshTransport> {
  const key = await own.makeKey('ed25519')
  await own.authorize(user, key)
  return transportOver(hopTo(own, { user, identityFiles: [key] }))
}

async function onOwnServer(options: PrivateSshdOptions, user: SshdUser = 'keeper') {
  const own = await startPrivateSshd(options)
  onTestFinished(() => own.stop())
  const made = await asUser(own, user)
  onTestFinished(() => made.close())
  return { own, transport: made }
}

const said = async (over: SshTransport, script: string, input?: Buffer): Promise<string> =>
  (await outputOf(over, { name: 'a test', script, ...(input && { input }) }, nobodyAborts)).toString('latin1')

describe('A command on a host', () => {
  test('gets its input byte by byte and gives its output so', async () => {
    const input = Buffer.from(Array.from({ length: 100_000 }, (_, index) => index % 256))
    expect(await said(transport, 'cat', input)).toBe(input.toString('latin1'))
  })

  test('sees the end of its input', async () => {
    expect(await said(transport, 'wc -c', Buffer.from('four'))).toBe('4\n')
    expect(await said(transport, 'wc -c')).toBe('0\n')
  })

  test('may hold what shells read in their own way', async () => {
    const script = 'printf \'%s|\' "it\'s" "$((1 + 1))" \'!x\' "a\\\\b" `echo c`'
    expect(await said(transport, script)).toBe("it's|2|!x|a\\b|c|")
  })

  test('that fails says its status and what it complained', async () => {
    await expect(said(transport, 'echo wrong >&2; exit 3')).rejects.toMatchObject({
      failure: { kind: 'command-failed', message: expect.stringMatching(/status 3.*wrong/) as string },
    })
    expect(
      (await outputOf(transport, { name: 'a test', script: 'exit 3', accepts: [3] }, nobodyAborts)).length,
    ).toBe(0)
  })

  test('that is killed is not mistaken for one that ended', async () => {
    await expect(said(transport, 'echo half; kill -9 $$')).rejects.toMatchObject({
      failure: { kind: 'command-failed' },
    })
  })

  test('that says much is read as fast as it is taken, and no faster', async () => {
    const mark = join(server.home('keeper'), 'much')
    const script = `echo $$ > ${mark}; exec head -c 200000000 /dev/zero`
    // What the command has said so far, as its host counts it.
    const saidSoFar = async () => {
      const io = await said(transport, `cat /proc/$(cat ${mark})/io`)
      return Number(/^wchar: (\d+)$/m.exec(io)?.[1])
    }
    let bytes = 0
    for await (const chunk of transport.run({ name: 'a test', script }, nobodyAborts)) {
      // Once, in the middle, nothing is taken until the command can say no more.
      if (bytes < 50_000_000 && bytes + chunk.length >= 50_000_000) {
        let before = -1
        await eventually(
          async () => {
            const now = await saidSoFar()
            const isStill = now === before
            before = now
            return isStill
          },
          { every: 200, what: 'the command to wait' },
        )
        expect(before - bytes).toBeLessThan(20_000_000)
      }
      bytes += chunk.length
    }
    expect(bytes).toBe(200_000_000)
  })

  test('speaks English whatever the login speaks', async () => {
    expect(await said(transport, 'echo "$LC_ALL"')).toBe('C\n')
  })
})

describe('A command that nobody wants any more', () => {
  test('ends on the host although it writes nothing, when it is aborted', async () => {
    const mark = join(server.home('keeper'), 'aborted')
    const aborting = new AbortController()
    const running = outputOf(
      transport,
      { name: 'a test', script: `echo $$ > ${mark}; exec sleep 600` },
      aborting.signal,
    )
    running.catch(() => undefined)
    const [id] = await eventually(async () => {
      const found = await said(transport, `cat ${mark} 2>/dev/null || :`)
      return found === '' ? undefined : [found.trim()]
    })
    aborting.abort()
    await expect(running).rejects.toMatchObject({ failure: { kind: 'cancelled' } })
    await eventually(
      async () => (await said(transport, `kill -0 ${id ?? ''} 2>/dev/null && echo lives || :`)) === '',
    )
  })

  test('ends when its reader leaves', async () => {
    const word = uniqueName('lamina-reader-left')
    for await (const chunk of transport.run({ name: 'a test', script: `exec yes ${word}` }, nobodyAborts)) {
      expect(chunk.length).toBeGreaterThan(0)
      break
    }
    await eventually(async () => {
      const { stdout } = await runCommand('pgrep', ['-f', `yes ${word}`], { mayFail: true })
      return stdout === ''
    })
  })

  test('ends although it reads nothing of its input', async () => {
    const aborting = new AbortController()
    const mark = join(server.home('keeper'), 'unread')
    const command = {
      name: 'a test',
      script: `echo $$ > ${mark}; exec sleep 600`,
      input: Buffer.alloc(4_000_000),
    }
    const running = outputOf(transport, command, aborting.signal)
    running.catch(() => undefined)
    const id = await eventually(async () => {
      const found = (await said(transport, `cat ${mark} 2>/dev/null || :`)).trim()
      return found === '' ? undefined : found
    })
    aborting.abort()
    await expect(running).rejects.toMatchObject({ failure: { kind: 'cancelled' } })
    await eventually(
      async () => (await said(transport, `kill -0 ${id} 2>/dev/null && echo lives || :`)) === '',
    )
  })

  test('leaves its place, however much it had to say', async () => {
    for (let number = 0; number < 12; number += 1) {
      for await (const chunk of transport.run({ name: 'a test', script: 'exec yes' }, nobodyAborts)) {
        expect(chunk.length).toBeGreaterThan(0)
        break
      }
    }
    expect(await said(transport, 'echo room')).toBe('room\n')
  })

  test('gives its place in the queue to others', async () => {
    const aborting = new AbortController()
    const sleepers = Array.from({ length: 8 }, () =>
      outputOf(transport, { name: 'a test', script: 'exec sleep 600' }, aborting.signal).catch(() => 'ended'),
    )
    const givingUp = new AbortController()
    const waiting = outputOf(transport, { name: 'a test', script: 'echo never' }, givingUp.signal)
    waiting.catch(() => undefined)
    const after = said(transport, 'echo after')
    givingUp.abort()
    await expect(waiting).rejects.toMatchObject({ failure: { kind: 'cancelled' } })
    aborting.abort()
    expect(await Promise.all(sleepers)).toEqual(sleepers.map(() => 'ended'))
    expect(await after).toBe('after\n')
  })
})

describe('Many commands at once', () => {
  const numbers = Array.from({ length: 20 }, (_, number) => number)

  test('wait for room and all answer', async () => {
    const answers = await Promise.all(numbers.map((number) => said(transport, `echo ${String(number)}`)))
    expect(answers).toEqual(numbers.map((number) => `${String(number)}\n`))
  })

  test('leave nothing on the signal they were given', async () => {
    await Promise.all(numbers.map((number) => said(transport, `echo ${String(number)}`)))
    expect(getEventListeners(nobodyAborts, 'abort')).toEqual([])
  })

  test('get along with a server that allows two sessions', async () => {
    const { transport: narrow } = await onOwnServer({ config: ['MaxSessions 2'] })
    const answers = await Promise.all(
      numbers.map((number) => said(narrow, `sleep 0.05; echo ${String(number)}`)),
    )
    expect(answers).toEqual(numbers.map((number) => `${String(number)}\n`))
  })

  test('are not refused for one that is just ending', async () => {
    const { transport: single } = await onOwnServer({ config: ['MaxSessions 1'] })
    for (const number of numbers)
      expect(await said(single, `echo ${String(number)}`)).toBe(`${String(number)}\n`)
  })
})

describe('The login shell', () => {
  test.each(['/bin/dash', '/bin/bash', '/bin/csh', '/usr/bin/fish'])('%s may be any', async (shell) => {
    const { transport: other } = await onOwnServer({ shells: { keeper: shell } })
    const script = `cat; printf '%s' '\\a !! "b"'`
    expect(await said(other, script, Buffer.from('in\0put '))).toBe('in\0put \\a !! "b"')
  })

  test('may print whatever it likes before', async () => {
    const { own, transport: noisy } = await onOwnServer({ shells: { keeper: '/bin/bash' } })
    await writeFile(
      join(own.home('keeper'), '.bashrc'),
      'echo "Welcome <3"; printf "\\033[1mnews\\0\\n"; head -c 70000 /dev/zero\n',
    )
    expect(await said(noisy, 'echo clean')).toBe('clean\n')
  })

  test('that runs something else instead is told so', async () => {
    const { transport: forced } = await onOwnServer({ config: ['ForceCommand echo only this'] })
    await expect(said(forced, 'echo mine')).rejects.toMatchObject({
      failure: { kind: 'command-failed', message: expect.stringContaining('did not begin') as string },
    })
  })

  test('that ends at once is told so, however many commands meet it and whenever it ends', async () => {
    const { transport: forced } = await onOwnServer({ config: ['ForceCommand exec true'] })
    const input = Buffer.alloc(100_000)
    for (let round = 0; round < 3; round += 1) {
      const all = await Promise.allSettled(Array.from({ length: 30 }, () => said(forced, 'cat', input)))
      for (const one of all)
        expect(one).toMatchObject({ status: 'rejected', reason: { failure: { kind: 'command-failed' } } })
    }
  })

  test('that may not log in is told so', async () => {
    const nologin = '/usr/sbin/nologin'
    expect(existsSync(nologin)).toBe(true)
    const { transport: none } = await onOwnServer({ shells: { keeper: nologin } })
    await expect(said(none, 'echo mine')).rejects.toMatchObject({ failure: { kind: 'command-failed' } })
  })
})

describe('A command as root', () => {
  test('runs through sudo without a password', async () => {
    const { transport: helper } = await onOwnServer({}, 'helper')
    const elevated = { name: 'a test', script: 'id -u; cat', input: Buffer.from('in'), elevated: true }
    expect((await outputOf(helper, elevated, nobodyAborts)).toString()).toBe('0\nin')
  })

  test('ends with its reader, too', async () => {
    const { own, transport: helper } = await onOwnServer({}, 'helper')
    const mark = join(own.folder, 'elevated')
    const aborting = new AbortController()
    const script = `echo $$ > ${mark}; exec sleep 600`
    const running = outputOf(helper, { name: 'a test', script, elevated: true }, aborting.signal)
    running.catch(() => undefined)
    await eventually(() => existsSync(mark))
    aborting.abort()
    const lives = `ps -eo args | grep -c '[s]leep 600' || :`
    await eventually(async () => (await said(helper, lives)).trim() === '0')
  })

  test('is refused where sudo wants one', async () => {
    const elevated = { name: 'a test', script: 'id -u', elevated: true }
    await expect(outputOf(transport, elevated, nobodyAborts)).rejects.toMatchObject({
      failure: { kind: 'command-failed', message: expect.stringMatching(/sudo/) as string },
    })
  })
})
