import { expect, test } from 'vitest'
import { answerAtTerminal } from '../../../electron/cli/terminal-prompts'
import type { EventPayload } from '../../../electron/contract/events'
import type { LaminaEvent } from '../../../electron/contract/events'
import type { Lamina } from '../../../electron/operations/lamina'

/** What is shown at a terminal for one question, which is answered with `sesame`. */
async function shownFor(prompt: EventPayload<'prompt.asked'>['prompt']): Promise<string[]> {
  const shown: string[] = []
  let tell: (event: LaminaEvent) => void = () => undefined
  const answered = new Promise<void>((resolve) => {
    const lamina: Pick<Lamina, 'on' | 'call'> = {
      on(listener) {
        tell = listener
        return () => undefined
      },
      call: ((_name: string, { values }: { values?: readonly string[] }) => {
        shown.push(`answered ${String(values)}`)
        resolve()
        return Promise.resolve({ ok: true, value: { promptId: '1' } })
      }) as unknown as Lamina['call'],
    }
    answerAtTerminal(lamina as Lamina, () => ({
      say: (text) => void shown.push(text),
      ask: (text) => {
        shown.push(text)
        return Promise.resolve('sesame')
      },
      close: () => undefined,
    }))
  })
  tell({ name: 'prompt.asked', payload: { promptId: '1', hostId: 'ssh://a', canRemember: false, prompt } })
  await answered
  return shown
}

const keysLeftAside = [{ key: '/home/me/.ssh/id', problem: 'unprotected' as const }]
const said =
  'The key /home/me/.ssh/id was left aside: others than its owner have rights to the file, so that ssh ignores it too. Run chmod 600 /home/me/.ssh/id.\n'

test('keys that were left aside are told of before a password is asked for, once', async () => {
  const password = { kind: 'password' as const, user: 'me', host: 'a', keysLeftAside }
  expect(await shownFor({ ...password, attempt: 1 })).toEqual([
    said,
    'Password of me on a: ',
    'answered sesame',
  ])
  expect(await shownFor({ ...password, attempt: 2 })).toEqual([
    'That was not right. Password of me on a: ',
    'answered sesame',
  ])
})

test('keys that were left aside are told of before what a server asks', async () => {
  const fields = [{ text: 'Code:', echo: true }]
  const question = {
    kind: 'keyboard-interactive' as const,
    user: 'me',
    host: 'a',
    name: '',
    instructions: '',
    fields,
  }
  expect((await shownFor({ ...question, keysLeftAside }))[0]).toBe(said)
  expect((await shownFor(question))[0]).toBe('a asks me:\n')
})
