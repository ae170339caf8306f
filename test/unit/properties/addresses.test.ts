import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  formatSshAddress,
  parseSshAddress,
  parseSshArgument,
  type SshAddress,
  usualSpelling,
} from '../../../electron/core/hosts/ssh-address'
import { hasControlCharacter, isHostName, isUserName } from '../../../electron/core/hosts/ssh-names'
import { displayName } from '../../../electron/core/base/display-name'
import { keptHostId } from '../../../electron/storage/kept-host-id'
import { many, some } from './hostile'

/** Letters that mean something in a URL, a shell or ssh_config come more often than chance would have them. */
function text(telling: string, maxLength = 12): fc.Arbitrary<string> {
  const letter = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...telling) },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }) },
  )
  return fc.array(letter, { maxLength }).map((letters) => letters.join(''))
}

const telling = 'ab1é测:/@%25[]?#+;,$\\ -._~!=*&"\u00a0\u202e\u200b'
const hosts = fc
  .oneof(
    text(telling),
    fc.ipV6(),
    fc.tuple(fc.ipV6(), text('e0%25:]/é', 6)).map(([address, zone]) => `${address}%${zone}`),
  )
  .filter((host) => host !== '' && isHostName(host))
const users = text(telling).filter(isUserName)
const paths = text(`/${telling}`)
  .map((path) => `/run${path}`)
  .filter((path) => !hasControlCharacter(path) && !/\p{Cs}/u.test(path))
const addresses: fc.Arbitrary<SshAddress> = fc.record(
  { host: hosts, user: users, port: fc.integer({ min: 1, max: 65535 }), socketPath: paths },
  { requiredKeys: ['host'] },
)

test('an address comes back from its one spelling, which shows all that it holds and divides into lines nowhere', () => {
  fc.assert(
    fc.property(addresses, (address) => {
      const spelt = formatSshAddress(address)
      expect(parseSshAddress(spelt)).toEqual({ ok: true, address })
      expect(usualSpelling(spelt)).toBe(spelt)
      expect(displayName(spelt)).toBe(spelt)
      expect(spelt).not.toMatch(/[\s"<>\\^`{|}]/)
    }),
    many,
  )
})

test('two addresses are spelt alike exactly when they are equal', () => {
  fc.assert(
    fc.property(addresses, addresses, (one, other) => {
      const isEqual = (['host', 'user', 'port', 'socketPath'] as const).every(
        (key) => one[key] === other[key],
      )
      expect(formatSshAddress(one) === formatSshAddress(other)).toBe(isEqual)
    }),
    many,
  )
})

test('an address of a plain URL is read as the URL standard reads it', () => {
  const plain = text('ab1%25é-._~+$', 8)
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom(...'ab1.-'), minLength: 1 }).filter((host) => !host.startsWith('-')),
      plain.filter(isUserName),
      fc.integer({ min: 1, max: 65535 }),
      (host, user, port) => {
        const spelt = formatSshAddress({ host, user, port, socketPath: '/run/a b.sock' })
        const url = new URL(spelt)
        expect([url.hostname, decodeURIComponent(url.username), url.port]).toEqual([host, user, String(port)])
        expect(decodeURIComponent(url.pathname)).toBe('/run/a b.sock')
      },
    ),
    some,
  )
})

test('any text is read or refused, and what is read is what OpenSSH takes, in one spelling', () => {
  const any = fc.oneof(
    text(telling, 30),
    text(telling, 30).map((rest) => `ssh://${rest}`),
  )
  fc.assert(
    fc.property(any, (typed) => {
      for (const parsed of [parseSshAddress(typed), parseSshArgument(typed)]) {
        if (!parsed.ok) continue
        const { address } = parsed
        expect(isHostName(address.host) && address.host !== '').toBe(true)
        expect(address.user === undefined || isUserName(address.user)).toBe(true)
        const spelt = formatSshAddress(address)
        expect(parseSshAddress(spelt)).toEqual(parsed)
        expect(keptHostId(spelt)).toBe(spelt)
      }
    }),
    many,
  )
})

test('what ssh takes as an argument is the same host without a colon, a bracket or a scheme in it', () => {
  fc.assert(
    fc.property(
      text(telling.replace(/[:[]/g, ''), 20).filter((typed) => !/[:[]/.test(typed)),
      (typed) => {
        expect(parseSshAddress(typed)).toEqual(parseSshArgument(typed))
      },
    ),
    many,
  )
})

test('an id in the spelling that had no escapes is kept, whatever was in it', () => {
  const letters = fc.constantFrom(...'ab1%25%%-._+~#?é')
  const word = fc.string({ unit: letters, minLength: 1, maxLength: 10 })
  const host = fc
    .string({ unit: fc.constantFrom(...'ab1%25_.-'), minLength: 1, maxLength: 10 })
    .filter((one) => !one.startsWith('-'))
  const user = word.filter((one) => !one.startsWith('-'))
  const path = fc.constantFrom('', '/run/a b.sock', '/run/100%.sock', '/run/x?y#z', '/run/a%20b')
  fc.assert(
    fc.property(host, fc.option(user, { nil: undefined }), path, (name, login, socketPath) => {
      const earlier = `ssh://${login === undefined ? '' : `${login}@`}${name}${socketPath}`
      const today = keptHostId(earlier)
      expect(today).toBeDefined()
      expect(keptHostId(today ?? '')).toBe(today)
    }),
    many,
  )
})
