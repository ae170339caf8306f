import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { fingerprintCommand } from '../../../../../renderer/src/features/prompts/host-key-file'
import { fieldsOf, isAgain } from '../../../../../renderer/src/features/prompts/secret-fields'
import { usePrompts, type PendingPrompt } from '../../../../../renderer/src/stores/hosts/prompts'
import { failing, fakeBridge, giving } from '../../../../builders/window/fake-bridge'

beforeEach(() => {
  setActivePinia(createPinia())
})
afterEach(() => {
  vi.unstubAllGlobals()
})

function aPassword(promptId: string, attempt = 1): PendingPrompt {
  const prompt = { kind: 'password', user: 'root', host: 'build-box', attempt } as const
  return { promptId, hostId: 'ssh://build-box', prompt, canRemember: true }
}

test('questions that wait since before the page was loaded are shown first, one after the other', async () => {
  const bridge = fakeBridge({
    'prompts.list': () => giving([aPassword('one')]),
    'prompts.answer': ({ promptId }) => giving({ promptId }),
  })
  const prompts = usePrompts()
  await prompts.start()
  bridge.emit('prompt.asked', aPassword('two'))
  bridge.emit('prompt.asked', aPassword('one'))
  expect(prompts.pending.map(({ promptId }) => promptId)).toEqual(['one', 'two'])
  await prompts.answer('one', ['secret'], true)
  expect(prompts.current?.promptId).toBe('two')
  expect(bridge.calls.at(-1)).toEqual({
    operation: 'prompts.answer',
    input: { promptId: 'one', values: ['secret'], remember: true },
  })
  await prompts.decline('two')
  expect(prompts.current).toBeUndefined()
  expect(bridge.calls.at(-1)?.input).toEqual({ promptId: 'two' })
})

test('a question that nobody waits for any more goes, even when the list of them comes later', async () => {
  let answer: (value: ReturnType<typeof giving<PendingPrompt[]>>) => void = () => undefined
  const bridge = fakeBridge({ 'prompts.list': () => new Promise((resolve) => (answer = resolve)) })
  const prompts = usePrompts()
  const started = prompts.start()
  bridge.emit('prompt.asked', aPassword('one'))
  bridge.emit('prompt.closed', { promptId: 'one' })
  answer(giving([aPassword('one')]))
  await started
  expect(prompts.pending).toEqual([])
})

test('an answer that is not taken is asked for again', async () => {
  fakeBridge({
    'prompts.list': () => giving([aPassword('one')]),
    'prompts.answer': () => failing('invalid-input', 'Too long.'),
  })
  const prompts = usePrompts()
  await prompts.start()
  await prompts.answer('one', ['x'])
  expect(prompts.current?.promptId).toBe('one')
})

test('what is typed is never in the store', async () => {
  fakeBridge({
    'prompts.list': () => giving([aPassword('one')]),
    'prompts.answer': ({ promptId }) => giving({ promptId }),
  })
  const prompts = usePrompts()
  await prompts.start()
  await prompts.answer('one', ['hunter2'], true)
  expect(JSON.stringify(prompts.$state)).not.toContain('hunter2')
})

test('a question has as many fields as the answer has values', () => {
  const fields = [
    { text: 'Code: ', echo: true },
    { text: '', echo: false },
  ]
  const asked = { user: 'root', host: 'h', name: '', instructions: '' }
  expect(fieldsOf({ kind: 'keyboard-interactive', ...asked, fields })).toEqual(fields)
  expect(fieldsOf({ kind: 'passphrase', keyFile: '/k', attempt: 1 })).toEqual([{ echo: false }])
  expect(isAgain({ kind: 'passphrase', keyFile: '/k', attempt: 2 })).toBe(true)
  expect(isAgain({ kind: 'password', user: 'u', host: 'h', attempt: 1 })).toBe(false)
})

test('the command that prints the right fingerprint names the key of that type', () => {
  expect(fingerprintCommand('ED25519')).toBe('ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub')
  expect(fingerprintCommand('RSA')).toBe('ssh-keygen -lf /etc/ssh/ssh_host_rsa_key.pub')
  expect(fingerprintCommand('$(reboot)')).toBe('ssh-keygen -lf /etc/ssh/ssh_host_*_key.pub')
})
