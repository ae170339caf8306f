import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import type { LoginSettings } from '../../../../electron/transport/ssh-config/hop-settings'
import { closing, hopTo, nobodyAborts, person, usualLogin, whoIs } from '../../../builders/hosts/ssh-host'
import { startPrivateSshd, sshdUsers, type PrivateSshd } from '../../../engines/ssh/private-sshd'
import { startScriptedSshd } from '../../../engines/ssh/scripted-sshd'
import { eventually } from '../../../engines/wait'

let server: PrivateSshd

beforeAll(async () => {
  server = await startPrivateSshd()
})

afterAll(() => server.stop())

describe('What ssh_config says of a login', () => {
  test('is how often a password is asked for', async () => {
    const own = await startPrivateSshd({ config: ['AuthenticationMethods password'] })
    onTestFinished(() => own.stop())
    const login = { ...usualLogin, mostPrompts: 2 }
    const ask = person(['a'], ['b'], [sshdUsers.keeper.password])
    await expect(
      closing(hopTo(own, { user: 'keeper', login })).open(ask, nobodyAborts),
    ).rejects.toMatchObject({ failure: { kind: 'authentication-failed' } })
    expect(ask.asked).toHaveLength(2)
  })

  test('is how often a passphrase and the answers to questions are asked for', async () => {
    const key = await server.makeKey('ed25519', 'open sesame')
    await server.authorize('keeper', key)
    const login = { ...usualLogin, mostPrompts: 1 }
    const ask = person(['wrong'], ['wrong'], ['wrong'], [sshdUsers.keeper.password])
    await expect(
      closing(hopTo(server, { user: 'keeper', identityFiles: [key], login })).open(ask, nobodyAborts),
    ).rejects.toMatchObject({ failure: { kind: 'authentication-failed' } })
    expect(ask.asked.map(({ kind }) => kind)).toEqual(['passphrase', 'keyboard-interactive', 'password'])
  })

  test('is which method comes first; without anybody to ask the next one has its turn', async () => {
    const key = await server.makeKey('ed25519')
    await server.authorize('keeper', key)
    const login: LoginSettings = { ...usualLogin, methods: ['password', 'publickey'] }
    const settings = { user: 'keeper', identityFiles: [key], login }
    const ask = person([sshdUsers.keeper.password])
    await closing(hopTo(server, settings)).open(ask, nobodyAborts)
    expect(ask.asked.map(({ kind }) => kind)).toEqual(['password'])
    expect(await whoIs(closing(hopTo(server, settings)))).toBe('keeper')
  })

  test('counts for each hop by itself', async () => {
    const key = await server.makeKey('ed25519')
    await server.authorize('keeper', key)
    const batch: LoginSettings = { ...usualLogin, methods: ['publickey'], batchMode: true }
    const jump = hopTo(server, { user: 'keeper', identityFiles: [key], login: batch })
    const ask = person([sshdUsers.helper.password])
    await closing(jump, hopTo(server, { user: 'helper' })).open(ask, nobodyAborts)
    expect(ask.asked).toMatchObject([{ kind: 'keyboard-interactive', user: 'helper' }])
  })
})

test('a password that was kept is said once, and never to a question for another secret', async () => {
  const said: string[] = []
  const own = await startScriptedSshd({
    login(attempt) {
      if (attempt.method !== 'keyboard-interactive') attempt.reject(['keyboard-interactive'])
      else
        attempt.prompt([{ prompt: 'Password: ', echo: false }], ([first = '']) => {
          attempt.prompt([{ prompt: 'One-time password: ', echo: false }], ([second = '']) => {
            attempt.prompt([{ prompt: 'Current password: ', echo: false }], ([third = '']) => {
              said.push(`${first} ${second} ${third}`)
              attempt.accept()
            })
          })
        })
    },
  })
  onTestFinished(() => own.close())
  const transport = closing(hopTo(own))
  await transport.open(person(['secret'], ['123'], ['secret']), nobodyAborts)
  own.dropConnections()
  await eventually(() => transport.log().some(({ text }) => text.startsWith('The link is gone')))
  const ask = person(['456'], ['secret'])
  await transport.open(ask, nobodyAborts)
  expect(ask.asked).toMatchObject([
    { fields: [{ text: 'One-time password: ' }] },
    { fields: [{ text: 'Current password: ' }] },
  ])
  expect(said).toEqual(['secret 123 secret', 'secret 456 secret'])
})
