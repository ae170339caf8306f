import { PassThrough, Writable } from 'node:stream'
import { expect, test } from 'vitest'
import { Terminal } from '../../../electron/cli/terminal'
import { answerAtTerminal } from '../../../electron/cli/terminal-prompts'
import type { EventPayload, LaminaEvent } from '../../../electron/contract/events'
import type { Lamina } from '../../../electron/operations/application'

/** What a terminal shows for one question, which is answered with `sesame`. */
async function shownFor(prompt: EventPayload<'prompt.asked'>['prompt']): Promise<string> {
  let shown = ''
  const output = new Writable({
    write(chunk: Buffer, _encoding, done) {
      shown += chunk.toString()
      done()
    },
  })
  const input = new PassThrough()
  const terminal = new Terminal(input, output)
  let tell: (event: LaminaEvent) => void = () => undefined
  const answered = new Promise<unknown>((resolve) => {
    const lamina = {
      on(listener: typeof tell) {
        tell = listener
        return () => undefined
      },
      call(_name: string, { values }: { readonly values?: readonly string[] }) {
        resolve(values)
        return Promise.resolve({ ok: true })
      },
    }
    answerAtTerminal(lamina as unknown as Lamina, () => terminal)
  })
  tell({ name: 'prompt.asked', payload: { promptId: '1', hostId: 'ssh://a', canRemember: false, prompt } })
  input.write('sesame\r')
  expect(await answered).toEqual(['sesame'])
  terminal.close()
  return shown
}

const keysLeftAside = [{ key: '/home/me/.ssh/id', problem: 'unprotected' as const }]
const said =
  'The key /home/me/.ssh/id was left aside: others than its owner have rights to the file, so that ssh ignores it too. Run chmod 600 /home/me/.ssh/id.'

test('keys that were left aside are told of before a password is asked for, once', async () => {
  const password = { kind: 'password' as const, user: 'me', host: 'a', keysLeftAside }
  const first = await shownFor({ ...password, attempt: 1 })
  expect(first.split('Password of me on a: ')[0]?.trimEnd()).toBe(said)
  expect(await shownFor({ ...password, attempt: 2 })).toMatch(/^That was not right\. Password of me on a: /)
})

test('keys that were left aside are told of before what a server asks', async () => {
  const question = {
    kind: 'keyboard-interactive' as const,
    user: 'me',
    host: 'a',
    name: '',
    instructions: '',
    fields: [{ text: 'Code:', echo: false }],
  }
  expect(await shownFor({ ...question, keysLeftAside })).toMatch(/^The key .* was left aside: [^]*a asks me:/)
  expect(await shownFor(question)).toMatch(/^a asks me:/)
})
