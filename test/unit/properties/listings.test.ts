import fc from 'fast-check'
import { expect, test } from 'vitest'
import { directoryNames } from '../../../electron/hostfs/lookups/directory-names'
import type { HostFiles } from '../../../electron/hostfs/host/host-files'
import { gnuTools } from '../../builders/tools/gnu-tools'
import { statPaths } from '../../../electron/hostfs/lookups/stat-paths'
import { upperEntries } from '../../../electron/hostfs/upper/upper-entries'
import type { Transport } from '../../../electron/transport/transport'
import { cuts, gathered, hostile, inParts, some, unlessFailed } from './hostile'

const signal = new AbortController().signal

/** A host whose every command says this. */
function saying(text: string, places: readonly number[], tools: HostFiles['tools']): HostFiles {
  const run: Transport['run'] = (command) => {
    // The tools that cannot write a zero byte end their fields by a mark, which they are told in the first line.
    const mark = (command.input ?? Buffer.alloc(0)).toString('latin1').split('\n', 1)[0] ?? ''
    return inParts(text.replaceAll('M', mark), places)
  }
  return { transport: { run } as Transport, elevated: false, tools }
}

const tools: readonly HostFiles['tools'][] = [gnuTools, { ...gnuTools, find: 'other', stat: 'other' }]
const telling = '\0\0MM/ .\n0123456789abcdeflps-:>'

test.each(tools)('a listing is read or fails, whatever find says: %j', (known) =>
  fc.assert(
    fc.asyncProperty(hostile(telling), cuts, async (text, places) => {
      const entries = await unlessFailed(() =>
        gathered(upperEntries(saying(text, places, known), '/upper', signal)),
      )
      for (const { path, mode } of entries ?? []) {
        expect(path === '' || path.startsWith('/') || known.find === 'other').toBe(true)
        expect(Number.isNaN(mode)).toBe(false)
      }
    }),
    some,
  ),
)

test.each(tools)('facts are read or fail, whatever stat says: %j', (known) =>
  fc.assert(
    fc.asyncProperty(hostile(telling), cuts, async (text, places) => {
      await unlessFailed(() => statPaths(saying(text, places, known), ['/a', '/b'], signal))
    }),
    some,
  ),
)

test('names of directories are read or fail, whatever find says', () =>
  fc.assert(
    fc.asyncProperty(hostile(telling), cuts, async (text, places) => {
      const names = await unlessFailed(() => directoryNames(saying(text, places, gnuTools), ['/a'], signal))
      for (const name of [...(names?.values() ?? [])].flat()) expect(name).not.toContain('/')
    }),
    some,
  ))
