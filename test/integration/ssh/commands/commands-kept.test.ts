import { once } from 'node:events'
import { describe, expect, onTestFinished, test } from 'vitest'
import { outputOf } from '../../../../electron/transport/transport'
import { asUser, ownHost, said } from '../../../builders/hosts/command-host'
import { nobodyAborts } from '../../../builders/hosts/ssh-host'
import { runCommand } from '../../../engines/run-command'
import { uniqueName } from '../../../engines/docker/shared-engine'
import { eventually } from '../../../engines/wait'

const numbers = Array.from({ length: 20 }, (_, number) => number)

describe('A shell that has run a command', () => {
  test('runs the next one, without another login', async () => {
    const { transport, logins } = await ownHost({ login: ':' })
    for (const number of numbers) {
      const input = Buffer.alloc(number * 1000, 'x')
      expect(await said(transport, `echo ${String(number)}; wc -c`, input)).toBe(
        `${String(number)}\n${String(number * 1000)}\n`,
      )
    }
    expect(await logins()).toBe(1)
  })

  test('is one of as many as run at once, and of no more', async () => {
    const { transport, logins } = await ownHost({ login: ':' })
    for (let round = 0; round < 3; round += 1)
      await Promise.all(numbers.map(() => said(transport, 'echo one')))
    expect(await logins()).toBeLessThanOrEqual(8 + 2 * 4)
  })

  test('knows nothing of what the command before did to it', async () => {
    const { transport, logins } = await ownHost({ login: ':' })
    const first = 'cd /usr; export A=1; umask 077; trap "" TERM; set -e; exec 4>&1 5</dev/null; b=2'
    const state = 'echo "$PWD|${A-none}|$(umask)|${b-none}|$-"; ls /proc/self/fd; trap'
    const before = await said(transport, state)
    await said(transport, `${first}; :`)
    expect(await said(transport, state)).toBe(before)
    expect(await logins()).toBe(1)
  })

  test('takes what a command leaves of its input for nobody', async () => {
    const { transport, logins } = await ownHost({ login: ':' })
    for (const length of [1, 4096, 4097, 5_000_000]) {
      const input = Buffer.alloc(length, '<x>\n')
      await expect(
        outputOf(transport, { name: 'a test', script: 'echo wrong >&2; exit 3', input }, nobodyAborts),
      ).rejects.toThrow('status 3. wrong')
      expect(await said(transport, 'head -c 1 >/dev/null; echo taken', input)).toBe('taken\n')
      expect(await said(transport, 'cat')).toBe('')
    }
    expect(await logins()).toBe(1)
  })

  test('tells the complaints of its last command alone', async () => {
    const { transport } = await ownHost({ login: 'echo of the login >&2' })
    const failing = (complaint: string) => said(transport, `echo ${complaint} >&2; exit 1`)
    await said(transport, 'echo of a good one >&2')
    await expect(failing('first')).rejects.toThrow(/status 1\. first\.$/)
    await expect(failing('second')).rejects.toThrow(/status 1\. second\.$/)
    await expect(said(transport, 'exit 1')).rejects.toThrow(/status 1\.$/)
  })

  test('ends with a command that is given up, and the next one has another', async () => {
    const { transport, logins } = await ownHost({ login: ':' })
    const word = uniqueName('lamina-given-up')
    for (let round = 1; round <= 3; round += 1) {
      for await (const part of transport.run({ name: 'a test', script: `exec yes ${word}` }, nobodyAborts)) {
        expect(part.length).toBeGreaterThan(0)
        break
      }
      expect(await said(transport, 'echo next')).toBe('next\n')
    }
    await eventually(async () => {
      const { stdout } = await runCommand('pgrep', ['-f', `yes ${word}`], { mayFail: true })
      return stdout === ''
    })
    expect(await logins()).toBe(4)
  })

  test('goes on where the reader leaves what has come to its end', async () => {
    const { transport, logins } = await ownHost({ login: ':' })
    const output = transport
      .run({ name: 'a test', script: 'echo one; echo two' }, nobodyAborts)
      [Symbol.asyncIterator]()
    await output.next()
    // What came with it was read to its end by then.
    await eventually(async () => (await said(transport, 'echo next')) === 'next\n')
    await output.return?.()
    expect(await said(transport, 'echo last')).toBe('last\n')
    expect(await logins()).toBeLessThanOrEqual(2)
  })

  test('is another one for root', async () => {
    const { transport } = await ownHost({ user: 'helper' })
    const id = async (elevated: boolean) =>
      (await outputOf(transport, { name: 'a test', script: 'id -u; echo $PPID', elevated }, nobodyAborts))
        .toString()
        .split('\n')
    const [[user], [root], [again]] = [await id(false), await id(true), await id(false)]
    expect([user, root, again]).toEqual(['7002', '0', '7002'])
  })

  test('that was killed meanwhile is no matter', async () => {
    const { server, transport } = await ownHost()
    const root = await asUser(server, 'root')
    onTestFinished(() => root.close())
    for (let round = 0; round < 5; round += 1) {
      await said(transport, 'echo one')
      // Within the server's own namespace of processes.
      await said(root, 'pkill -KILL -u keeper -x sh')
      expect(await said(transport, 'echo two')).toBe('two\n')
    }
  })

  test('is given up when nobody has used it for some time', async () => {
    const { transport, logins } = await ownHost({ login: ':', limits: { keptFor: 1 } })
    await said(transport, 'echo one')
    await eventually(async () => {
      await once(AbortSignal.timeout(20), 'abort')
      await said(transport, 'echo two')
      return (await logins()) > 1
    })
  })

  test('is gone with the connection', async () => {
    const { server, transport } = await ownHost()
    const root = await asUser(server, 'root')
    onTestFinished(() => root.close())
    const shells = () => said(root, 'pgrep -c -u keeper -x sh || :')
    await Promise.all(numbers.map(() => said(transport, 'echo one')))
    expect(Number(await shells())).toBeGreaterThan(0)
    await transport.close()
    await eventually(async () => (await shells()) === '0\n', { what: 'the shells to end' })
  })
})
