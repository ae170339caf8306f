import { describe, expect, test } from 'vitest'
import { LostWalks, type WalkSubject } from '../../../../electron/operations/listings/lost-entries-cache'
import type { LostPath } from '../../../../electron/session/content/lost-paths'

const { signal } = new AbortController()

/** A directory of a container with so many lost files of a byte each, which counts how often it is walked. */
function aDirectory(files: number, key = 'a', containerId = 'web') {
  const lost: LostPath[] = Array.from({ length: files }, (_, index) => ({
    path: `/${String(index).padStart(6, '0')}`,
    type: 'file',
    mode: 0o644,
    size: 1,
    inode: '',
  }))
  const counted = { walks: 0 }
  const subject: WalkSubject = {
    ...{ hostId: 'local', containerId, key },
    walk: () => {
      counted.walks += 1
      return Promise.resolve(lost)
    },
  }
  return { subject, counted, lost }
}

const pathsOf = (page: { rows: readonly { path: string }[] }) => page.rows.map(({ path }) => path)

describe('What was lost', () => {
  test('is walked once for the pages that follow the first, and again for the first', async () => {
    const { subject, counted, lost } = aDirectory(10)
    const walks = new LostWalks()
    const all: string[] = []
    for (const offset of [0, 4, 8]) {
      const page = await walks.page(subject, offset, 4, signal)
      expect(page).toMatchObject({ entries: 10, bytes: 10 })
      all.push(...pathsOf(page))
    }
    expect(all).toEqual(lost.map(({ path }) => path))
    expect((await walks.page(subject, 50, 4, signal)).rows).toEqual([])
    expect(counted.walks).toBe(1)
    await walks.page(subject, 0, 4, signal)
    expect(counted.walks).toBe(2)
  })

  test('is kept of the directories that were asked for last', async () => {
    const walks = new LostWalks()
    const [a, b, c, d, e] = [
      aDirectory(3, 'a'),
      aDirectory(3, 'b'),
      aDirectory(3, 'c'),
      aDirectory(3, 'd'),
      aDirectory(3, 'e'),
    ]
    for (const { subject } of [a, b, c, d]) await walks.page(subject, 0, 1, signal)
    await walks.page(a.subject, 1, 1, signal)
    await walks.page(e.subject, 0, 1, signal)
    for (const { subject } of [a, e, d, c, b]) await walks.page(subject, 1, 1, signal)
    expect([a, b, c, d, e].map(({ counted }) => counted.walks)).toEqual([1, 2, 1, 1, 1])
  })

  test('is kept around the rows that were asked for, however much it is', async () => {
    const { subject, counted, lost } = aDirectory(120_000)
    const walks = new LostWalks()
    const read = async (offset: number) => {
      expect(pathsOf(await walks.page(subject, offset, 2, signal))).toEqual(
        lost.slice(offset, offset + 2).map(({ path }) => path),
      )
      return counted.walks
    }
    expect(await read(0)).toBe(1)
    expect(await read(49_998)).toBe(1)
    expect(await read(49_999)).toBe(2)
    expect(await read(30_000)).toBe(2)
    expect(await read(119_999)).toBe(3)
  })

  test('is forgotten with its container alone', async () => {
    const [web, other] = [aDirectory(3, 'a', 'web'), aDirectory(3, 'b', 'other')]
    const walks = new LostWalks()
    for (const { subject } of [web, other]) await walks.page(subject, 0, 1, signal)
    walks.forget({ hostId: 'local', containerId: 'web' })
    for (const { subject } of [web, other]) await walks.page(subject, 1, 1, signal)
    expect([web.counted.walks, other.counted.walks]).toEqual([2, 1])
  })

  test('is waited for together, and looked for by whoever still wants it when the first gives up', async () => {
    const { subject, counted } = aDirectory(3)
    const walks = new LostWalks()
    const first = new AbortController()
    const waits = (walking: AbortSignal): Promise<readonly LostPath[]> =>
      new Promise((_, reject) => {
        walking.addEventListener('abort', () => {
          reject(new Error('given up'))
        })
      })
    const begun = walks.page({ ...subject, walk: waits }, 0, 1, first.signal)
    const second = walks.page(subject, 1, 1, signal)
    const third = new AbortController()
    const gone = walks.page(subject, 2, 1, third.signal)
    third.abort()
    await expect(gone).rejects.toThrow()
    expect(counted.walks).toBe(0)
    first.abort()
    await expect(begun).rejects.toThrow('given up')
    expect(pathsOf(await second)).toEqual(['/000001'])
    expect(counted.walks).toBe(1)
  })

  test('is not kept where looking for it failed', async () => {
    const { subject, counted } = aDirectory(3)
    const walks = new LostWalks()
    const failing = { ...subject, walk: () => Promise.reject(new Error('the line is cut')) }
    await expect(walks.page(failing, 0, 1, signal)).rejects.toThrow('cut')
    await walks.page(subject, 1, 1, signal)
    expect(counted.walks).toBe(1)
  })
})
