import { shallowReactive } from 'vue'
import type { Failure, Result } from '../../../electron/core/base/failure'

/** A page of rows as the main process answers it. */
export interface RowPage<Row> {
  readonly total: number
  readonly rows: readonly Row[]
}

/** The rows of a long list that are on the screen; the others stay in the main process. */
export interface RowWindow<Row> {
  /** Nothing before the first answer. */
  readonly total: number | undefined
  readonly failure: Failure | undefined
  /** Grows whenever rows have come: read it to draw again. */
  readonly revision: number
  rowAt(index: number): Row | undefined
  /** Sees to it that these rows are there and current. */
  show(first: number, last: number): Promise<void>
  /** Every row may be out of date: those shown stay until their successors come. */
  invalidate(): Promise<void>
  /** Where a row is among those that are here and current; asks for none. */
  indexHere(fits: (row: Row) => boolean): number | undefined
  /** Walks from a row up (-1) or down (1) until one fits, fetching as it goes, at most `most` rows far. */
  find(from: number, step: 1 | -1, fits: (row: Row) => boolean, most: number): Promise<number | undefined>
  close(): void
}

interface StoredPage<Row> {
  readonly generation: number
  readonly rows: readonly Row[]
}

export function createRowWindow<Row>(
  load: (offset: number, limit: number) => Promise<Result<RowPage<Row>>>,
  pageSize = 100,
): RowWindow<Row> {
  const pages = new Map<number, StoredPage<Row>>()
  const underWay = new Map<number, Promise<void>>()
  let generation = 0
  let newest = -1
  let closed = false
  let visible = { first: 0, last: 0 }

  async function fetchPage(page: number): Promise<void> {
    do {
      const asked = generation
      const result = await load(page * pageSize, pageSize)
      if (closed) return
      store(page, asked, result)
    } while (isStale(page) && isVisible(page) && state.failure === undefined)
  }

  function store(page: number, asked: number, result: Result<RowPage<Row>>): void {
    if (!result.ok) {
      if (asked === generation) state.failure = result.failure
      return
    }
    pages.set(page, { generation: asked, rows: result.value.rows })
    if (asked >= newest) {
      newest = asked
      state.total = result.value.total
      state.failure = undefined
    }
    for (const [other, { generation: age }] of pages)
      if (age < asked && !isVisible(other)) pages.delete(other)
    state.revision += 1
  }

  function isStale(page: number): boolean {
    return pages.get(page)?.generation !== generation
  }

  function isVisible(page: number): boolean {
    return page >= pageOf(visible.first) && page <= pageOf(visible.last)
  }

  function pageOf(index: number): number {
    return Math.floor(index / pageSize)
  }

  function ensure(page: number): Promise<void> {
    const running = underWay.get(page)
    if (running !== undefined) return running
    if (!isStale(page) || closed) return Promise.resolve()
    const fetched = fetchPage(page).finally(() => underWay.delete(page))
    underWay.set(page, fetched)
    return fetched
  }

  function rowAt(index: number): Row | undefined {
    return pages.get(pageOf(index))?.rows[index % pageSize]
  }

  function indexHere(fits: (row: Row) => boolean): number | undefined {
    for (const [page, { generation: age, rows }] of pages) {
      const at = age === generation ? rows.findIndex(fits) : -1
      if (at !== -1) return page * pageSize + at
    }
    return undefined
  }

  async function show(first: number, last: number): Promise<void> {
    visible = { first: Math.max(0, first), last: Math.max(0, first, last) }
    const wanted: Promise<void>[] = []
    for (let page = pageOf(visible.first); page <= pageOf(visible.last); page += 1) wanted.push(ensure(page))
    await Promise.all(wanted)
  }

  const state = shallowReactive({
    total: undefined as number | undefined,
    failure: undefined as Failure | undefined,
    revision: 0,
    rowAt,
    indexHere,
    show,
    invalidate(): Promise<void> {
      generation += 1
      state.failure = undefined
      return show(visible.first, visible.last)
    },
    async find(
      from: number,
      step: 1 | -1,
      fits: (row: Row) => boolean,
      most: number,
    ): Promise<number | undefined> {
      const end = from + step * most
      for (let index = from; index !== end && index >= 0 && index < (state.total ?? 0); index += step) {
        const isEntered = index === from || pageOf(index) !== pageOf(index - step)
        if (isEntered) await ensure(pageOf(index))
        const row = rowAt(index)
        if (row === undefined) return undefined
        if (fits(row)) return index
      }
      return undefined
    },
    close(): void {
      closed = true
    },
  })
  return state
}
