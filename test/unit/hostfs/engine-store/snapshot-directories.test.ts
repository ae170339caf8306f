import { describe, expect, it } from 'vitest'
import { gnuTools } from '../../../builders/tools/gnu-tools'
import { snapshotDirectories } from '../../../../electron/hostfs/engine-store/snapshot-directories'
import type { HostFiles } from '../../../../electron/hostfs/host/host-files'

const signal = new AbortController().signal
const id = 'a'.repeat(64)
const root = '/var/lib/containerd/io.containerd.snapshotter.v1.overlayfs/snapshots'

/** A host whose containerd says this and on which every directory stands where it is named, but for those given. */
function hostSaying(said: string, elsewhere: Readonly<Record<string, string>> = {}): HostFiles {
  async function* run({ script, input }: { script: string; input?: Buffer }) {
    await Promise.resolve()
    if (script.includes('snapshots')) {
      yield Buffer.from(said)
      return
    }
    const asked = (input ?? Buffer.alloc(0)).toString('latin1').split('\0').slice(0, -1)
    yield Buffer.from(asked.map((path) => `${elsewhere[path] ?? path}\n\0`).join(''), 'latin1')
  }
  const transport = {
    run,
    open: () => Promise.resolve(),
    openStream: () => Promise.reject(new Error('none')),
    close: () => Promise.resolve(),
  }
  return { transport, elevated: false, tools: gnuTools }
}

function mount(options: string): string {
  return `mounts\nmount -t overlay overlay / -o ${options}\n`
}

const told = mount(
  `index=off,workdir=${root}/4/work,upperdir=${root}/4/fs,lowerdir=${root}/3/fs:${root}/12/fs`,
)

describe('the directories of a snapshot', () => {
  it('are those that containerd would mount', async () => {
    expect(await snapshotDirectories(hostSaying(told), id, signal)).toEqual({
      found: true,
      directories: {
        upper: `${root}/4/fs`,
        work: `${root}/4/work`,
        lower: [`${root}/3/fs`, `${root}/12/fs`],
        merged: '',
      },
      metacopy: false,
      userxattr: false,
    })
  })

  it.each([
    ['no ctr', 'no-ctr\n', 'no ctr (package containerd)'],
    ['no socket', 'no-socket\n', '/run/containerd/containerd.sock'],
    ['a container that it does not know', 'unknown\n', 'does not know'],
    ['no answer', '', 'no answer'],
    ['a word that no script says', '__proto__\n', 'no answer'],
    ['a mount of another kind', `mounts\nmount -t bind ${root}/4/fs / -o rw,rbind\n`, 'no overlay'],
    ['several mounts', `${told}mount -t overlay overlay / -o x=y\n`, 'no overlay'],
    ['no lower directory', mount(`workdir=${root}/4/work,upperdir=${root}/4/fs`), 'no overlay'],
    ['a directory of something else', told.replace(`${root}/12/fs`, '/etc'), 'not on this machine'],
    ['steps upward', told.replace('/12/fs', '/12/../../x/fs'), 'not on this machine'],
    ["another snapshot's work directory", told.replace('/4/work', '/5/work'), 'not on this machine'],
    [
      "another snapshotter's lower directory",
      told.replace(`${root}/12`, `/other${root}/12`),
      'not on this machine',
    ],
  ])('are not taken from %s', async (_name, said, reason) => {
    expect(await snapshotDirectories(hostSaying(said), id, signal)).toMatchObject({
      found: false,
      reason: expect.stringContaining(reason) as string,
    })
  })

  it('are not taken where a link leads elsewhere', async () => {
    const host = hostSaying(told, { [`${root}/3/fs`]: '/etc' })
    expect(await snapshotDirectories(host, id, signal)).toMatchObject({ found: false })
  })

  it('are not asked for by anything but a whole id', async () => {
    expect(await snapshotDirectories(hostSaying(told), '--help', signal)).toMatchObject({ found: false })
  })
})
