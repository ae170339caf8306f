import { describe, expect, it } from 'vitest'
import { rootMount } from '../../../../electron/hostfs/overlay/mountinfo'

const proc = '701 700 0:52 / /proc rw,nosuid,nodev,noexec,relatime - proc proc rw'
const hosts =
  '706 700 254:1 /var/lib/docker/containers/0f1c/hosts /etc/hosts rw,relatime - ext4 /dev/vda1 rw,discard'

function overlayLine(options: string, before = 'master:301 '): string {
  return `700 612 0:50 / / rw,relatime ${before}- overlay overlay rw,${options}`
}

describe('the mount on the root', () => {
  it('is read as Docker 20.10 makes it: layers by their short names, from the directory of all', () => {
    const line = overlayLine(
      'lowerdir=/var/lib/docker/overlay2/l/QQ3V:/var/lib/docker/overlay2/l/7ZKX,upperdir=/var/lib/docker/overlay2/ab12/diff,workdir=/var/lib/docker/overlay2/ab12/work',
    )
    expect(rootMount([line, proc, hosts, ''].join('\n'))).toEqual({
      kind: 'overlay',
      mount: {
        lower: ['/var/lib/docker/overlay2/l/QQ3V', '/var/lib/docker/overlay2/l/7ZKX'],
        upper: '/var/lib/docker/overlay2/ab12/diff',
        work: '/var/lib/docker/overlay2/ab12/work',
        options: ['rw'],
      },
    })
  })

  it('is read as the containerd image store makes it', () => {
    const at = '/var/lib/containerd/io.containerd.snapshotter.v1.overlayfs/snapshots'
    const line = overlayLine(
      `lowerdir=${at}/7/fs:${at}/3/fs,upperdir=${at}/9/fs,workdir=${at}/9/work,index=off,userxattr`,
      '',
    )
    expect(rootMount(line)).toMatchObject({
      mount: {
        lower: [`${at}/7/fs`, `${at}/3/fs`],
        upper: `${at}/9/fs`,
        options: ['rw', 'index=off', 'userxattr'],
      },
    })
  })

  it.each([
    ['lowerdir=/a\\134:b:/c', ['/a:b', '/c']],
    ['lowerdir=/a\\054b\\040c\\012d:/e', ['/a,b c\nd', '/e']],
    ['lowerdir=l/ONE:l/TWO', ['l/ONE', 'l/TWO']],
    ['lowerdir+=/a\\072b,lowerdir+=/c', ['/a:b', '/c']],
    ['lowerdir=/caf\u00c3\u00a9', ['/caf\u00c3\u00a9']],
  ])('has the layers of %j', (lower, layers) => {
    expect(rootMount(overlayLine(`${lower},upperdir=/u,workdir=/w`))).toMatchObject({
      mount: { lower: layers },
    })
  })

  it.each([
    ['lowerdir=/a::/data,upperdir=/u', 'overlay'],
    ['lowerdir+=/a,datadir+=/data,upperdir=/u', 'overlay'],
    ['lowerdir=/a:/b', 'overlay'],
  ])('is not taken for one with layers where its options are %j', (options, type) => {
    expect(rootMount(overlayLine(options))).toEqual({ kind: 'other', type })
  })

  it('is told by its type where it is no overlay of the kernel', () => {
    const line = '700 612 0:50 / / rw,nodev - fuse.fuse-overlayfs fuse-overlayfs rw,user_id=0'
    expect(rootMount(line)).toEqual({ kind: 'other', type: 'fuse.fuse-overlayfs' })
  })

  it.each([
    ['no line is for the root', [proc, hosts]],
    [
      'something was mounted on top of it',
      [overlayLine('lowerdir=/a,upperdir=/u'), '9 8 0:1 / / rw - tmpfs t rw'],
    ],
    ['the line is cut off', ['700 612 0:50 / / rw,relatime master:1']],
  ])('is not known where %s', (_name, lines) => {
    expect(rootMount(lines.join('\n'))).toBeUndefined()
  })
})
