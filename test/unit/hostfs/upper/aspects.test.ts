import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aspectsIn, type Change } from '../../../../electron/core/changes/change'
import { fileTime, millisecondsOf, sameTime } from '../../../../electron/hostfs/commands/file-time'
import type { HostFiles } from '../../../../electron/hostfs/host/host-files'
import { gnuTools } from '../../../builders/tools/gnu-tools'
import { upperChanges } from '../../../../electron/hostfs/upper/upper-changes'
import { openLocalTransport } from '../../../../electron/transport/local/local-transport'
import { busyboxFolder, type ToolFolder, withTools } from '../../../builders/tools/other-tools'
import { overlayFolders, type OverlayFolders } from '../../../builders/overlay/overlay-mount'

const local = openLocalTransport()
let folders: OverlayFolders
let tools: ToolFolder

beforeAll(() => {
  tools = busyboxFolder(['getfattr'])
  folders = overlayFolders()
  folders.inFolder(
    'low',
    `for name in mode owner longer same touched early exact; do echo 1 >$name; done; : >empty
mkdir directory replaced; ln -s one link; ln -s one owned; mknod device c 1 3
touch -h -d @1700000000 longer same touched link owned replaced; touch -d @-1.5 early; touch -d @1700000000.123456789 exact`,
  )
  folders.change(
    'upper',
    ['low'],
    `chmod 600 mode early exact empty; chown 7 owner; echo 22 >longer; touch -d @1700000000.5 touched
chmod 700 directory; ln -sfn two link; touch -h -d @1700000000 link; chown -h 7 owned
rm -r replaced; echo 1 >replaced; chmod 755 replaced; touch -d @1700000000 replaced
touch -r device stamp; rm device; mknod device c 1 5; touch -r stamp device; rm stamp`,
  )
})

afterAll(() => {
  folders.remove()
  tools.remove()
})

async function listed(host: HostFiles): Promise<Change[]> {
  const directories = { lower: [`${folders.root}/low`], upper: `${folders.root}/upper`, work: '', merged: '' }
  const all: Change[] = []
  for await (const batch of upperChanges(host, directories, new AbortController().signal)) all.push(...batch)
  return all.sort((a, b) => (a.path < b.path ? -1 : 1))
}

describe('what differs about a modified path', () => {
  it('is told exactly, and where only its content can tell, that is said', async () => {
    const changes = await listed({ transport: local, elevated: false, tools: gnuTools })
    const told = changes.map(({ path, aspects = 0, contentUnsure = false }) => [
      path,
      aspectsIn(aspects).join(' '),
      contentUnsure,
    ])
    expect(told).toEqual([
      ['/device', 'content', false],
      ['/directory', 'mode', false],
      ['/early', 'mode', true],
      ['/empty', 'mode', false],
      ['/exact', 'mode', true],
      ['/link', 'link-target', false],
      ['/longer', 'content time', false],
      ['/mode', 'mode', true],
      ['/owned', 'owner', false],
      ['/owner', 'owner', true],
      ['/replaced', 'type', false],
      ['/touched', 'time', true],
    ])
  })

  it("is the same through busybox's tools, but for parts of a second", async () => {
    const gnu = await listed({ transport: local, elevated: false, tools: gnuTools })
    const busybox = await listed({
      transport: withTools(local, tools),
      elevated: false,
      tools: { find: 'other', stat: 'other', opaque: 'getfattr', getfattr: true },
    })
    const expected = gnu.map(({ path, aspects }) => [path, path === '/touched' ? 0 : aspects])
    expect(busybox.map(({ path, aspects }) => [path, aspects])).toEqual(expected)
  })
})

describe('a time', () => {
  it.each([
    ['1700000000.123456789', { seconds: 1_700_000_000, nanoseconds: 123_456_789 }, 1_700_000_000_123],
    ['1700000000', { seconds: 1_700_000_000 }, 1_700_000_000_000],
    ['-1.500000000', { seconds: -2, nanoseconds: 500_000_000 }, -1500],
    ['-0.000000001', { seconds: -1, nanoseconds: 999_999_999 }, -1],
    ['-2.000000000', { seconds: -2, nanoseconds: 0 }, -2000],
    ['0.000000000', { seconds: 0, nanoseconds: 0 }, 0],
  ])('%s is read as %j', (text, time, milliseconds) => {
    expect(fileTime(text)).toEqual(time)
    expect(millisecondsOf(fileTime(text))).toBe(milliseconds)
  })

  it('is compared as far as both are known', () => {
    const [whole, exact, other] = [
      { seconds: 1 },
      { seconds: 1, nanoseconds: 5 },
      { seconds: 1, nanoseconds: 6 },
    ]
    expect([sameTime(whole, exact), sameTime(exact, exact), sameTime(exact, other)]).toEqual([
      true,
      true,
      false,
    ])
    expect(sameTime(whole, { seconds: 2 })).toBe(false)
  })
})
