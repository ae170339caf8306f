import { expect, test } from 'vitest'
import { hostKeyQuestion } from '../../../electron/cli/host-key-question'

const prompt = { kind: 'host-key', host: 'web', keyType: 'ED25519', fingerprint: 'SHA256:abc' } as const

test('the question about a host key says where the key will be kept', () => {
  expect(hostKeyQuestion({ ...prompt, file: '/home/me/.ssh/known_hosts' })).toBe(
    [
      'The host web is not known yet. Its ED25519 key has the fingerprint',
      '  SHA256:abc',
      'Accepting it writes it to /home/me/.ssh/known_hosts.',
    ].join('\n'),
  )
  expect(hostKeyQuestion(prompt)).toMatch(/Accepting it counts for this session only\.$/)
})

test('the question about a host key says what else is known of it', () => {
  const file = '/home/me/.ssh/known_hosts'
  const first = [
    { names: 'old-web,10.0.0.1', file, line: 3 },
    { file, line: 7 },
  ]
  const asked = hostKeyQuestion({
    ...prompt,
    knownAs: { total: 5, first },
    hasAuthority: true,
    unread: ['/etc/ssh/ssh_known_hosts'],
  })
  expect(asked.split('\n').slice(2, -1)).toEqual([
    'The same key is known by other names:',
    `  old-web,10.0.0.1 in ${file}, line 3`,
    `  (a hashed name) in ${file}, line 7`,
    '  and 3 more',
    'known_hosts names a certificate authority for it, which was not asked: host certificates are not supported.',
    'It may be known in /etc/ssh/ssh_known_hosts, which cannot be read.',
  ])
})
