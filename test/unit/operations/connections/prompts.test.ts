import { beforeEach, describe, expect, it } from 'vitest'
import type { LaminaEvent } from '../../../../electron/contract/events'
import type { Prompt } from '../../../../electron/core/hosts/prompt'
import { Prompts } from '../../../../electron/operations/connections/prompts'
import type { SecretStore } from '../../../../electron/storage/secrets'
import { eventually } from '../../../engines/wait'
import { recordedLog } from '../../../builders/recorded-log'

const hostId = 'ssh://build'
const password = (attempt: number): Prompt => ({ kind: 'password', user: 'root', host: 'build', attempt })
const code: Prompt = {
  kind: 'keyboard-interactive',
  user: 'root',
  host: 'build',
  name: '',
  instructions: 'Look at\r\nyour \u001b[31mtoken\u202e',
  fields: [{ text: 'Code: ', echo: true }],
}

let events: LaminaEvent[]
let stored: Map<string, string>
const { signal } = new AbortController()

beforeEach(() => {
  events = []
  stored = new Map()
})

function secrets(isSafe: boolean): SecretStore {
  return {
    isSafe: () => Promise.resolve(isSafe),
    get: (id) => Promise.resolve(stored.get(id)),
    set: (id, value) => Promise.resolve(void stored.set(id, value)),
    remove(prefix) {
      for (const id of [...stored.keys()]) if (id.startsWith(prefix)) stored.delete(id)
      return Promise.resolve()
    },
  }
}

function opened(options: { interactive?: boolean; secrets?: SecretStore } = {}) {
  const prompts = new Prompts((event) => void events.push(event), {
    interactive: true,
    log: recordedLog(),
    ...options,
  })
  const ask = prompts.asker(hostId)
  if (ask === undefined) throw new Error('nobody to ask')
  return { prompts, ask }
}

/** The question that waits, as soon as it does. */
async function asked(prompts: Prompts) {
  return await eventually(() => prompts.list()[0], { what: 'a question' })
}

describe('a question', () => {
  it('is told of, listed, answered and closed', async () => {
    const { prompts, ask } = opened()
    const answer = ask(password(1), signal)
    const pending = await asked(prompts)
    expect(pending).toMatchObject({ hostId, prompt: { kind: 'password', attempt: 1 }, canRemember: false })
    expect(events).toEqual([{ name: 'prompt.asked', payload: pending }])
    prompts.answer(pending.promptId, { values: ['sesame'] })
    expect(await answer).toMatchObject({ values: ['sesame'] })
    expect(events.at(-1)).toEqual({ name: 'prompt.closed', payload: { promptId: pending.promptId } })
    expect(prompts.list()).toEqual([])
  })

  it('can be declined, and be withdrawn by whoever asked', async () => {
    const { prompts, ask } = opened()
    const declined = ask(password(1), signal)
    prompts.answer((await asked(prompts)).promptId, undefined)
    expect(await declined).toBeUndefined()
    const closed = new AbortController()
    const withdrawn = ask(password(1), closed.signal)
    await asked(prompts)
    closed.abort()
    expect(await withdrawn).toBeUndefined()
    expect(events.map(({ name }) => name)).toEqual([
      'prompt.asked',
      'prompt.closed',
      'prompt.asked',
      'prompt.closed',
    ])
  })

  it('of several hosts waits for its own answer', async () => {
    const { prompts, ask } = opened()
    const other = prompts.asker('ssh://other')
    const answers = [ask(password(1), signal), other?.(password(1), signal) ?? Promise.resolve(undefined)]
    await eventually(() => prompts.list().length === 2)
    const [first, second] = prompts.list()
    prompts.answer(second?.promptId ?? '', { values: ['2'] })
    prompts.answer(first?.promptId ?? '', { values: ['1'] })
    expect((await Promise.all(answers)).map((answer) => answer?.values)).toEqual([['1'], ['2']])
  })

  it('shows what a server says without what could harm a screen', async () => {
    const { prompts, ask } = opened()
    const answer = ask(code, signal)
    const { prompt } = await asked(prompts)
    expect(prompt).toMatchObject({ instructions: 'Look at\nyour \\u001b[31mtoken\\u202e' })
    prompts.close()
    expect(await answer).toBeUndefined()
  })

  it('shows what files say of a host key without what could harm a screen', async () => {
    const { prompts, ask } = opened()
    const file = '/home/\u001b[2Jme/known_hosts'
    const key = { kind: 'host-key', host: 'build', keyType: 'ED25519', fingerprint: 'SHA256:abc' } as const
    const knownAs = {
      total: 2,
      first: [
        { names: 'x\u202ey', file, line: 3 },
        { file, line: 4 },
      ],
    }
    void ask({ ...key, knownAs, hasAuthority: true, unread: [file] }, signal)
    const shown = '/home/\\u001b[2Jme/known_hosts'
    expect((await asked(prompts)).prompt).toEqual({
      ...key,
      knownAs: {
        total: 2,
        first: [
          { names: 'x\\u202ey', file: shown, line: 3 },
          { file: shown, line: 4 },
        ],
      },
      hasAuthority: true,
      unread: [shown],
    })
  })

  it('names keys that were left aside, without what could harm a screen', async () => {
    const { prompts, ask } = opened()
    const keysLeftAside = [{ key: '/a/id\u202e', problem: 'empty' as const }]
    const answers = [password(1), code].map((prompt) => ask({ ...prompt, keysLeftAside } as Prompt, signal))
    await eventually(() => prompts.list().length === 2)
    for (const { prompt } of prompts.list())
      expect(prompt).toMatchObject({ keysLeftAside: [{ key: '/a/id\\u202e', problem: 'empty' }] })
    prompts.close()
    await Promise.all(answers)
  })

  it('takes as many values as it has fields, once', async () => {
    const { prompts, ask } = opened()
    const answer = ask(code, signal)
    const { promptId } = await asked(prompts)
    expect(() => {
      prompts.answer(promptId, { values: [] })
    }).toThrow('1 values')
    prompts.answer(promptId, { values: ['123'] })
    expect(() => {
      prompts.answer(promptId, { values: ['123'] })
    }).toThrow('already')
    expect((await answer)?.values).toEqual(['123'])
  })

  it('cannot be put where nobody is', () => {
    expect(
      new Prompts(() => undefined, { interactive: false, log: recordedLog() }).asker(hostId),
    ).toBeUndefined()
  })
})

describe('a secret', () => {
  it('is remembered when that is wanted and safe, and is then not asked for', async () => {
    const { prompts, ask } = opened({ secrets: secrets(true) })
    const answer = ask(password(1), signal)
    const pending = await asked(prompts)
    expect(pending.canRemember).toBe(true)
    prompts.answer(pending.promptId, { values: ['sesame'], remember: true })
    await answer
    expect(await ask(password(1), signal)).toEqual({ values: ['sesame'] })
    expect(events).toHaveLength(2)
  })

  it('that was refused is forgotten, and the person is asked', async () => {
    const { prompts, ask } = opened({ secrets: secrets(true) })
    stored.set(`${hostId}\npassword root@build`, 'old')
    expect(await ask(password(1), signal)).toEqual({ values: ['old'] })
    const again = ask(password(2), signal)
    prompts.answer((await asked(prompts)).promptId, { values: ['new'] })
    expect((await again)?.values).toEqual(['new'])
    expect(stored.size).toBe(0)
  })

  it('is not remembered where that is not safe, nor when the server asks its own questions', async () => {
    for (const [store, prompt] of [
      [secrets(false), password(1)],
      [secrets(true), code],
    ] as const) {
      const { prompts, ask } = opened({ secrets: store })
      const answer = ask(prompt, signal)
      const pending = await asked(prompts)
      expect(pending.canRemember).toBe(false)
      prompts.answer(pending.promptId, { values: ['x'], remember: true })
      await answer
    }
    expect(stored.size).toBe(0)
  })
})
