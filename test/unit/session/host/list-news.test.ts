import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { ListNews } from '../../../../electron/session/host/list-news'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

/** What was told, with the milliseconds at which it was. */
function heard() {
  const began = performance.now()
  const told: [string, number][] = []
  const news = new ListNews((list) => void told.push([list, performance.now() - began]))
  return { news, told }
}

describe('news of lists', () => {
  test('tells of a burst of events once, soon after its first one', () => {
    const { news, told } = heard()
    for (let event = 0; event < 5; event += 1) {
      news.changed('containers')
      vi.advanceTimersByTime(10)
    }
    vi.advanceTimersByTime(10_000)
    expect(told).toEqual([['containers', 60]])
  })

  test('tells of ten thousand events a second twice in each second, and after the last one', () => {
    const { news, told } = heard()
    let last = 0
    for (let millisecond = 0; millisecond < 10_300; millisecond += 1) {
      for (let event = 0; event < 5; event += 1) {
        news.changed('containers')
        news.changed('images')
      }
      last = millisecond
      vi.advanceTimersByTime(1)
    }
    vi.advanceTimersByTime(10_000)
    const mostInSecond = told.map(
      ([, from]) => told.filter(([, at]) => at >= from && at < from + 1000).length,
    )
    expect(Math.max(...mostInSecond)).toBe(2)
    for (const list of ['containers', 'images'])
      expect(told.findLast(([name]) => name === list)?.[1]).toBeGreaterThan(last)
  })

  test('tells of an event that comes while another one is told', () => {
    const told: string[] = []
    const news: ListNews = new ListNews((list) => {
      told.push(list)
      if (told.length === 1) news.changed(list)
    })
    news.changed('images')
    vi.advanceTimersByTime(10_000)
    expect(told).toEqual(['images', 'images'])
  })

  test('tells of both lists at once, but not more often for it', () => {
    const { news, told } = heard()
    news.changed('containers')
    news.allChanged()
    news.allChanged()
    vi.advanceTimersByTime(10_000)
    expect(told).toEqual([
      ['containers', 0],
      ['images', 0],
      ['containers', 1000],
      ['images', 1000],
    ])
  })

  test('tells nothing when it is closed', () => {
    const { news, told } = heard()
    news.changed('containers')
    news.close()
    vi.advanceTimersByTime(10_000)
    expect(told).toEqual([])
  })
})
