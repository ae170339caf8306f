import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { SshTransport } from '../../../../electron/transport/ssh2/ssh-transport'
import { outputOf } from '../../../../electron/transport/transport'
import { asUser, ownHost, said } from '../../../builders/hosts/command-host'
import { nobodyAborts } from '../../../builders/hosts/ssh-host'
import { startPrivateSshd, type PrivateSshd } from '../../../engines/ssh/private-sshd'
import { runCommand } from '../../../engines/run-command'
import { uniqueName } from '../../../engines/docker/shared-engine'
import { eventually } from '../../../engines/wait'

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

describe('A command as root', () => {
  test('runs through sudo without a password', async () => {
    const { transport: helper } = await ownHost({ user: 'helper' })
    const elevated = { name: 'a test', script: 'id -u; cat', input: Buffer.from('in'), elevated: true }
    expect((await outputOf(helper, elevated, nobodyAborts)).toString()).toBe('0\nin')
  })

  test('ends with its reader, too', async () => {
    const { server: own, transport: helper } = await ownHost({ user: 'helper' })
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
