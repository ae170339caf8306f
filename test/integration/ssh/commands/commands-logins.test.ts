import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ownHost, said } from '../../../builders/hosts/command-host'
import { eventually } from '../../../engines/wait'

/** Enough for a login on a machine that has other work, and no time to wait for in a test. */
const soon = { beginWithin: 3000 }

describe('The login shell', () => {
  test.each(['/bin/dash', '/bin/bash', '/bin/csh', '/usr/bin/fish', '/bin/zsh'])(
    '%s may be any',
    async (shell) => {
      const { transport } = await ownHost({ shells: { keeper: shell } })
      const script = `cat; printf '%s' '\\a !! "b"'`
      for (let round = 0; round < 2; round += 1)
        expect(await said(transport, script, Buffer.from('in\0put '))).toBe('in\0put \\a !! "b"')
    },
  )

  test.each([
    ['welcomes', 'echo "Welcome <3"; printf "\\033[1mnews\\0\\n"; head -c 70000 /dev/zero'],
    ['complains', 'mesg n; echo "bash: warning: setlocale: LC_ALL" >&2; head -c 9000 /dev/zero >&2'],
    ['says what it runs', 'echo "running $BASH_EXECUTION_STRING"; set -x'],
    ['ends with a failure', 'set -o pipefail; false'],
    ['reads with a limit of its own', 'read -t 0.1 -p "Which project? " project'],
    ['starts something that stays', 'sleep 600 >/dev/null 2>&1 &'],
    ['cannot start a terminal multiplexer', 'tmux new-session -A'],
  ])('that %s runs commands all the same', async (_does, login) => {
    const { transport } = await ownHost({ login })
    expect(await said(transport, 'echo clean; cat', Buffer.from('in'))).toBe('clean\nin')
    expect(await said(transport, 'echo again')).toBe('again\n')
    await expect(said(transport, 'echo wrong >&2; exit 3')).rejects.toMatchObject({
      failure: { message: 'A test failed: the command ended with status 3. wrong.' },
    })
  })

  test('that is slow is waited for, and paid once', async () => {
    const { server, transport, logins } = await ownHost({
      login: 'until [ -e ~/go ]; do sleep 0.05; done',
      limits: { slowLogin: 600_000 },
    })
    const first = said(transport, 'echo first')
    await eventually(async () => (await logins()) === 1, { what: 'the login to begin' })
    await writeFile(join(server.home('keeper'), 'go'), '')
    expect(await first).toBe('first\n')
    for (const number of [1, 2, 3, 4, 5])
      expect(await said(transport, `echo ${String(number)}`)).toBe(`${String(number)}\n`)
    expect(await logins()).toBe(1)
  })

  test('that is slow is prepared for the command which comes while another one runs', async () => {
    const { transport, logins } = await ownHost({ login: 'sleep 0.2', limits: { slowLogin: 50 } })
    for await (const part of transport.run(
      { name: 'a test', script: 'echo outer' },
      new AbortController().signal,
    )) {
      expect(part.toString()).toBe('outer\n')
      await eventually(async () => (await logins()) === 2, { what: 'another login' })
    }
  })

  test('that may not log in is told so', async () => {
    const nologin = '/usr/sbin/nologin'
    expect(existsSync(nologin)).toBe(true)
    const { transport } = await ownHost({ shells: { keeper: nologin } })
    await expect(said(transport, 'echo mine')).rejects.toMatchObject({
      failure: {
        kind: 'command-failed',
        message: expect.stringContaining('This account is currently not available') as string,
      },
    })
  })

  test('that runs something else instead is told so', async () => {
    const { transport } = await ownHost({ config: ['ForceCommand echo only this'] })
    await expect(said(transport, 'echo mine')).rejects.toMatchObject({
      failure: {
        kind: 'command-failed',
        message: expect.stringMatching(/did not begin.*only this/) as string,
      },
    })
  })

  test('that ends at once is told so, however many commands meet it and whenever it ends', async () => {
    const { transport } = await ownHost({ config: ['ForceCommand exec true'] })
    const input = Buffer.alloc(100_000)
    for (let round = 0; round < 3; round += 1) {
      const all = await Promise.allSettled(Array.from({ length: 30 }, () => said(transport, 'cat', input)))
      for (const one of all)
        expect(one).toMatchObject({ status: 'rejected', reason: { failure: { kind: 'command-failed' } } })
    }
  })
})

describe('A login that does not come to its command', () => {
  const menu = `printf '1) shell 2) backup\\nYour choice: '; while read -r choice; do :; done`

  test.each([
    ['starts zsh', 'echo Hello; exec zsh', /It printed: Hello/],
    ['starts fish', 'exec fish', /did not come to the command within 3 seconds/],
    ['starts another bash', 'exec bash --norc', /It printed nothing\./],
    ['asks', 'read -p "Which project? " project', /within 3 seconds/],
    ['asks on its output', 'printf "\\033[1mPress enter: "; read _', /It printed: \\u001b\[1mPress enter:/],
    ['shows a menu', menu, /It printed: 1\) shell 2\) backup Your choice:/],
    ['reads all there is', 'cat >/dev/null', /It printed nothing\./],
    ['waits for ever', 'sleep 600', /It printed nothing\./],
    ['prints for ever', 'yes spam', /prints more than any login shell does.*spam/],
    ['complains for ever', 'while sleep 0.1; do echo bad >&2; done', /It printed: bad/],
  ])('because it %s fails with what it printed, and once for all', async (_does, login, says) => {
    const { transport, logins } = await ownHost({ login, limits: soon })
    const failure = {
      kind: 'command-failed',
      message: expect.stringMatching(says) as string,
      remedy: expect.stringContaining('~/.bashrc') as string,
    }
    const many = () =>
      Promise.allSettled(Array.from({ length: 12 }, () => said(transport, 'touch /tmp/not-to-be')))
    for (const one of await many()) expect(one).toMatchObject({ status: 'rejected', reason: { failure } })
    // One login more finds out once whether another command runs in the place of every one.
    await transport.leadsToEngine?.(new AbortController().signal)
    const before = await logins()
    expect(before).toBeLessThanOrEqual(9)
    for (const one of await many()) expect(one).toMatchObject({ status: 'rejected', reason: { failure } })
    expect(await logins()).toBe(before)
    expect(existsSync('/tmp/not-to-be')).toBe(false)
    expect(transport.log().filter(({ text }) => text.includes('for a command'))).toHaveLength(1)
  })

  test('is given nothing to read: what it starts might take it for its own', async () => {
    const { server, transport } = await ownHost({
      login: 'cat >~/taken; exit',
      limits: soon,
    })
    await expect(said(transport, 'echo mine', Buffer.from('input'))).rejects.toMatchObject({
      failure: { kind: 'command-failed' },
    })
    const taken = join(server.home('keeper'), 'taken')
    // Where a command does not begin, another line that does nothing is run and sent `exit`.
    expect(await readFile(taken, 'utf8')).toMatch(/^(exit\n)?$/)
  })

  test('because of ~/.ssh/rc fails the same', async () => {
    const { server, transport } = await ownHost({ limits: soon })
    await mkdir(join(server.home('keeper'), '.ssh'), { recursive: true })
    await writeFile(join(server.home('keeper'), '.ssh', 'rc'), 'echo from rc; exec sleep 600\n')
    await expect(said(transport, 'echo mine')).rejects.toMatchObject({
      failure: { kind: 'command-failed', message: expect.stringContaining('from rc') as string },
    })
  })

  test('leaves root its own: a sudo that hangs keeps no other command', async () => {
    const { transport } = await ownHost({
      user: 'helper',
      limits: soon,
      instead: { '/usr/bin/sudo': '#!/bin/sh\necho "asking the directory" >&2\nexec sleep 600\n' },
    })
    const elevated = transport.run(
      { name: 'a test', script: 'id -u', elevated: true },
      new AbortController().signal,
    )
    await expect(elevated[Symbol.asyncIterator]().next()).rejects.toMatchObject({
      failure: { kind: 'command-failed', message: expect.stringContaining('asking the directory') as string },
    })
    expect(await said(transport, 'echo mine')).toBe('mine\n')
  })

  test('is tried again later, by a login that nobody waits for', async () => {
    const { server, transport } = await ownHost({
      login: '[ -e ~/mended ] || sleep 600',
      limits: { ...soon, retryAfter: 0 },
    })
    const refused = { failure: { kind: 'command-failed' } }
    await expect(said(transport, 'echo mine')).rejects.toMatchObject(refused)
    await writeFile(join(server.home('keeper'), 'mended'), '')
    await expect(said(transport, 'echo mine')).rejects.toMatchObject(refused)
    await eventually(async () => (await said(transport, 'echo mine').catch(() => '')) === 'mine\n')
  })

  test('is tried again at once with a new link', async () => {
    const { server, transport } = await ownHost({ login: '[ -e ~/mended ] || sleep 600', limits: soon })
    await expect(said(transport, 'echo mine')).rejects.toMatchObject({ failure: { kind: 'command-failed' } })
    await writeFile(join(server.home('keeper'), 'mended'), '')
    await server.kill()
    await server.start()
    await eventually(async () => (await said(transport, 'echo mine').catch(() => '')) === 'mine\n')
  })
})
