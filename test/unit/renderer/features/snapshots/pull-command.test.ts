import { expect, test } from 'vitest'
import { pullCommand } from '../../../../../renderer/src/features/snapshots/pull-command'

const imageId = `sha256:${'ab12'.repeat(16)}`
const of = (image: string) => ({ image, imageId })

test.each([
  ['Docker', 'local', 'registry.example:5000/team/web:1.2', 'docker pull registry.example:5000/team/web:1.2'],
  ['Podman', 'ssh://build', 'docker.io/library/web', 'podman pull docker.io/library/web'],
  ['Docker', 'local', `web@sha256:${'0'.repeat(64)}`, `docker pull web@sha256:${'0'.repeat(64)}`],
  ['Podman', 'unix:///run/p.sock', 'web:1', 'podman --url unix:///run/p.sock pull web:1'],
  ['Docker', 'unix:///run/d.sock', 'web:1', 'docker --host unix:///run/d.sock pull web:1'],
] as const)('%s on %s is told to pull %s', (engine, hostId, image, command) => {
  expect(pullCommand(engine, hostId, of(image))).toBe(command)
})

test.each([
  '',
  imageId,
  'ab12ab12ab12',
  `sha256:ab12`,
  '--all',
  'web:1; reboot',
  '$(reboot)',
  'a b',
  'web\n',
])('nothing is offered for %j', (image) => {
  expect(pullCommand('Docker', 'local', of(image))).toBeUndefined()
})

test('nothing is offered for a socket that a shell would take for more', () => {
  expect(pullCommand('Docker', 'unix:///run/$(reboot).sock', of('web:1'))).toBeUndefined()
})
