import { describe, expect, test } from 'vitest'
import { startRootlessPodman } from '../engines/podman/rootless-podman'
import { changes, hidden, layers, onRootless, type OnRootless } from './rig/on-rootless'
import { hiddenCase, randomCase, readingTests, walkTests } from './suite/owners/rootless-tests'

describe.each(['kernel', 'fuse-overlayfs'] as const)(
  'rootless Podman whose mounts are made by %s',
  (mounts) => {
    const on = onRootless(() => startRootlessPodman(mounts))
    const expected = {
      // Names that are not UTF-8 come from the engine mangled, and of a replaced directory Podman tells that it was deleted.
      engineTellsOtherwise: /caf|replaced/,
      tellsDirectories: true,
      dockerHost: () => on.engine().dockerHost,
    }
    walkTests(on, expected, mounts === 'kernel' ? [hiddenCase, randomCase] : [hiddenCase])
    readingTests(on, expected)
    if (mounts === 'kernel') otherUserTests(on)
  },
)

/** Whoever the engine does not belong to. */
function otherUserTests({ engine, lamina, overSsh, aContainer }: OnRootless): void {
  test('tells another user whose it is, who has the engine lens', async () => {
    const { name } = await aContainer(hidden, layers, changes)
    await engine().host.run(['useradd', '--create-home', '--password', '*', 'eve'])
    await engine().host.run(['chmod', '666', engine().socketPath])
    const input = { hostId: await overSsh('eve'), containerId: name }
    const { lens, reason } = await lamina().value('changes.list', input)
    expect({ lens, reason }).toMatchObject({
      lens: 'engine',
      reason: expect.stringMatching(/without root.*"eve"/) as string,
    })
    expect((await lamina().failure('changes.list', { ...input, lens: 'host' })).kind).toBe('lens-unavailable')
  })

  test('is read by another user with sudo as by its owner', async () => {
    const { name } = await aContainer(hidden, layers, changes)
    await engine().host.run(['useradd', '--create-home', '--password', '*', 'olga'])
    await engine().host.run(['chmod', '666', engine().socketPath])
    await engine().host.run(['tee', '/etc/sudoers.d/olga'], { input: 'olga ALL=(root) NOPASSWD: /bin/sh\n' })
    const input = { containerId: name, lens: 'host' as const }
    const theirs = await lamina().value('changes.list', { ...input, hostId: await overSsh('olga') })
    expect(theirs.changes).toEqual(
      (await lamina().value('changes.list', { ...input, hostId: 'local' })).changes,
    )
  })
}
