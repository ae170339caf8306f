import { describe, expect, test } from 'vitest'
import { bytePath } from '../../../../electron/core/base/byte-path'
import { attributesAt } from '../../../../electron/hostfs/attributes/attributes-at'
import { changeTimes } from '../../../../electron/hostfs/lookups/change-times'
import { entriesAt } from '../../../../electron/hostfs/lookups/entries-at'
import { equalDigests } from '../../../../electron/hostfs/lookups/equal-digests'
import type { HostFiles } from '../../../../electron/hostfs/host/host-files'
import { inodeNumbers } from '../../../../electron/hostfs/lookups/inode-numbers'
import { linkTargets } from '../../../../electron/hostfs/lookups/link-targets'
import { directoryAttributes } from '../../../../electron/hostfs/overlay/overlay-attributes'
import { sameContent } from '../../../../electron/hostfs/content/same-content'
import { readSmallFile } from '../../../../electron/hostfs/commands/small-file'
import { statPaths } from '../../../../electron/hostfs/lookups/stat-paths'
import { fakeTransport } from '../../../builders/engines/fake-engine'
import { gnuTools } from '../../../builders/tools/gnu-tools'

const { signal } = new AbortController()

/** A host whose commands say this for ever, on their standard output. */
function hostThatSays(part: (input: Buffer) => string): HostFiles {
  async function* run({ input = Buffer.alloc(0) }: { readonly input?: Buffer }): AsyncGenerator<Buffer> {
    const said = Buffer.from(part(input).repeat(100), 'latin1')
    for (;;) yield await Promise.resolve(said)
  }
  return {
    transport: fakeTransport(undefined, { run }),
    elevated: false,
    tools: { ...gnuTools, getfattr: true },
  }
}

const place = '/layer/a'
const asks: readonly (readonly [string, (host: HostFiles) => Promise<unknown>])[] = [
  ['attributes', (host) => attributesAt(host, [place], signal)],
  ['what overlayfs notes', (host) => directoryAttributes(host, [place], signal)],
  ['times', (host) => changeTimes(host, [place], signal)],
  ['entries', (host) => entriesAt(host, [place], signal)],
  ['digests', (host) => equalDigests(host, [{ left: place, right: '/layer/b', size: 1 }], 1000, signal)],
  ['numbers of inodes', (host) => inodeNumbers(host, [place], signal)],
  ['targets of links', (host) => linkTargets(host, [place], signal)],
  ['same content', (host) => sameContent(host, '/layer', [{ path: bytePath('/a'), place }], signal)],
  ['a small file', (host) => readSmallFile(host, place, signal)],
  ['stats', (host) => statPaths(host, [place], signal)],
]

/** The mark that a command is given as the first line of its input. */
const markIn = (input: Buffer) => input.toString('latin1').split('\n')[0] ?? ''
const facts = '81a4 0 0 1 1.0 0 0'
/** What is right to say once. */
const goodAnswers: Readonly<Record<string, (input: Buffer) => string>> = {
  times: (input) => `1 ${place}${markIn(input)}\n`,
  entries: () => `${facts}\0${'1'}\0${'5'}\0${place}\0'${place}'\0`,
  digests: () => `${'a'.repeat(64)}  ${place}\n`,
  'numbers of inodes': (input) => `8:5${markIn(input)}${place}${markIn(input)}\n`,
  'targets of links': () => `${place}\0target\0`,
  stats: () => `${facts}\0${place}\0`,
}

describe.each(asks)('a command that is asked for %s and says the same for ever', (what, ask) => {
  test.each<[string, (input: Buffer) => string]>([
    ['without a line', () => 'x'.repeat(1000)],
    ['in empty lines', () => '\n'],
    ['in lines', () => `# file: ${place}\n`],
    ['in zeros', () => '\0'],
    ['in good answers', goodAnswers[what] ?? (() => '0 same\n')],
  ])('is given up: %s', async (_, part) => {
    await expect(ask(hostThatSays(part))).rejects.toMatchObject({ failure: { kind: 'command-failed' } })
  })
})
