import { expect, test } from 'vitest'
import { ConnectionLog } from '../../../../../electron/transport/remote/connection-log'
import { HostKeyCheck } from '../../../../../electron/transport/ssh2/host-keys/host-key-check'
import { KnownHosts } from '../../../../../electron/transport/known-hosts/known-hosts'
import { parseKnownHosts } from '../../../../../electron/transport/known-hosts/known-hosts-line'
import { SessionHostKeys } from '../../../../../electron/transport/ssh2/host-keys/session-host-keys'
import { hopTo, nobodyAborts, person } from '../../../../builders/hosts/ssh-host'
import { ed25519, rsa } from '../../public-keys'

const right = ed25519()

function checkOf(lines: string, ask = person([])) {
  const hop = hopTo({ port: 22, knownHostsFile: '/dev/null' })
  const known = new KnownHosts(parseKnownHosts('known_hosts', lines))
  const questions = { ask, signal: nobodyAborts, log: new ConnectionLog(), accepted: new SessionHostKeys() }
  return new HostKeyCheck(hop, known, false, { ...questions, warn: () => undefined })
}

test.each([
  ['too short', rsa(768).blob],
  ['cut off', right.blob.subarray(0, -1)],
  ['nothing', Buffer.alloc(0)],
])('a host key that is %s is trusted by nobody', async (_how, blob) => {
  const ask = person([])
  const check = checkOf('', ask)
  expect(await check.accepts(blob)).toBe(false)
  expect(check.failure).toMatchObject({ failure: { kind: 'host-key-refused' } })
  expect(ask.asked).toEqual([])
})

test('another host key in the middle of a connection is refused, known or not', async () => {
  const other = ed25519()
  const check = checkOf(`127.0.0.1 ${right.text}\n127.0.0.1 ${other.text}`)
  expect(await check.accepts(right.blob)).toBe(true)
  expect(await check.accepts(right.blob)).toBe(true)
  expect(await check.accepts(other.blob)).toBe(false)
  expect(check.failure).toMatchObject({ failure: { kind: 'host-key-changed' } })
})
