import { setTimeout as sleep } from 'node:timers/promises'
import type { ElectronApplication, Page } from 'playwright'
import { importImage } from '../../engines/images/images'
import type { PrivateDocker } from '../../engines/docker/private-docker'
import { idleProcess, stallFigure, type IdleProcess, type Stall } from '../idle/idle-process'
import { mainProcess, type MainProcess } from '../idle/main-process'
import { timingOf } from '../measure'
import type { MovableChanges } from '../listings/movable-changes'
import type { Figure } from '../report'
import { scrollTree, type Scrolling } from './scrolling'
import { inputToRows, openContainer, prepareProbe, type Opened } from './tree-probe'
import { withWindow } from './window'

const million = 1_000_000
const [container, other] = ['million', 'beside-it'] as const
const runs = 3
const of = `window, ${million} changed paths:`

/** All that a person sees of a million changed paths in the real window, driven as a person drives it. */
export async function millionInWindow(
  engine: PrivateDocker,
  changes: MovableChanges,
  say: (line: string) => void,
): Promise<Figure[]> {
  say(`Measuring the window on ${million} changed paths`)
  await importImage(engine.docker, 'bare:1')
  for (const name of [container, other])
    await engine.docker(['create', '--network', 'none', '--name', name, 'bare:1'])
  return await changes.within(container, million, () =>
    withWindow(engine.dockerHost, async (page, _, app) => {
      await prepareProbe(page)
      const [main, idle] = [await mainProcess(app), idleProcess()]
      try {
        return await figuresOf(app, page, { main, idle })
      } finally {
        idle.close()
      }
    }),
  )
}

async function figuresOf(
  app: ElectronApplication,
  page: Page,
  { main, idle }: { readonly main: MainProcess; readonly idle: IdleProcess },
): Promise<Figure[]> {
  const stalls = new Map<string, Stall>()
  const longest = async (): Promise<Stall> => ({
    own: await main.longestStall(),
    idle: await idle.longestStall(),
  })
  const phase = async <Value>(name: string, work: () => Promise<Value>): Promise<Value> => {
    await longest()
    const value = await work()
    stalls.set(name, await longest())
    return value
  }
  const opened = await phase('listing', () => openings(page))
  const views = await phase('filtering, searching and sorting', () => inputs(page))
  const scrolled = await phase('scrolling', () => scrollings(app, page))
  const heap = await heapOf(page)
  const memory = await main.peakMemory()
  const left = await phase('leaving', () => leavings(page, main))
  const firstRows = opened.map((each) => each.firstRows)
  return [
    figure('first rows, from the first click since the start', firstRows.slice(0, 1), 300),
    figure('first rows, from the click', firstRows.slice(1), 300),
    figure(
      'complete, from the click',
      opened.map(({ complete }) => complete),
      10_000,
    ),
    ...[...views].map(([name, times]) => figure(`${name}, from the input to the rows`, times, 300)),
    ...scrolled.flatMap(({ pixels, frames, longestFrame, longestTask }) => [
      figure(`longest of ${frames} frames, scrolling ${pixels} pixels each`, [longestFrame], 50),
      figure(`longest task of the window, scrolling ${pixels} pixels a frame`, [longestTask], 50),
    ]),
    ...[...stalls].map(([name, stall]) =>
      stallFigure(`${of} longest stall of the main process, ${name}`, [stall]),
    ),
    figure('from leaving it half read to no find on the host', left, 200),
    figure('most memory of the main process, code included', [memory / 1e6], 600, 'MB'),
    figure('heap of the window, after a collection', [heap / 1e6], 100, 'MB'),
  ]
}

function figure(what: string, measured: readonly number[], limit: number, unit: 'ms' | 'MB' = 'ms'): Figure {
  const lamina = timingOf(measured)
  return {
    what: `${of} ${what}`,
    lamina,
    unit,
    promise: `at most ${limit} ${unit}`,
    kept: lamina.slowest <= limit,
  }
}

async function openings(page: Page): Promise<Opened[]> {
  const opened: Opened[] = []
  // Once more than the others: nothing is ready yet for the first one.
  for (let run = -1; run < runs; run += 1) {
    await leave(page)
    opened.push(await openContainer(page, container))
  }
  return opened
}

async function leave(page: Page): Promise<void> {
  await page.getByRole('button', { name: new RegExp(`^${other}, `) }).click()
  await page.getByRole('heading', { name: other }).first().waitFor()
  await page
    .getByText('Nothing changed')
    .first()
    .waitFor({ timeout: 3000 })
    .catch(() => undefined)
}

/** Milliseconds from each input to its rows, with the whole tree open, so that all of it has to be counted anew. */
async function inputs(page: Page): Promise<Map<string, number[]>> {
  const times = new Map<string, number[]>()
  const measure = async (name: string, act: () => Promise<unknown>): Promise<void> => {
    times.set(name, [...(times.get(name) ?? []), await inputToRows(page, act)])
    await sleep(200)
  }
  const menu = async (
    name: string,
    item: string,
    role: 'menuitem' | 'menuitemcheckbox' | 'menuitemradio',
  ) => {
    await page.getByRole('button', { name, exact: true }).click()
    return page.getByRole(role, { name: item, exact: true })
  }
  const search = page.getByRole('main').getByRole('searchbox')
  const added = page.getByRole('button', { name: /^Added / })
  for (let run = 0; run < runs; run += 1) {
    const expand = await menu('More', 'Expand all', 'menuitem')
    await measure('expand all', () => expand.click())
    await measure('filter by kind', () => added.click())
    await measure('filter by kind', () => added.click())
    const directories = await menu('Filter by type and size', 'Directory', 'menuitemcheckbox')
    await measure('filter by type', () => directories.click())
    await measure('filter by type', () => directories.click())
    await page.keyboard.press('Escape')
    for (const key of ['Size', 'Name'] as const) {
      const item = await menu('Sort paths', key, 'menuitemradio')
      await measure('sort', () => item.click())
    }
    await search.focus()
    for (const letter of ['9', '9', '.'])
      await measure('search as it is typed', () => page.keyboard.press(letter))
    await search.fill('')
    await sleep(500)
    await measure('search by a glob', () => search.fill('*9?.txt'))
    await search.fill('')
    await sleep(500)
    const collapse = await menu('More', 'Collapse all', 'menuitem')
    await measure('collapse all', () => collapse.click())
  }
  return times
}

async function scrollings(
  app: ElectronApplication,
  page: Page,
): Promise<(Scrolling & { readonly pixels: number })[]> {
  await page.getByRole('button', { name: 'More', exact: true }).click()
  await inputToRows(page, () => page.getByRole('menuitem', { name: 'Expand all' }).click())
  await sleep(500)
  const measured: (Scrolling & { readonly pixels: number })[] = []
  for (const pixels of [60, 2600])
    measured.push({ pixels, ...(await scrollTree(app, page, { pixels, seconds: 4 })) })
  return measured
}

/** Bytes of the window's JavaScript that are in use when what is not is gone. */
async function heapOf(page: Page): Promise<number> {
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('HeapProfiler.collectGarbage')
  const { usedSize } = await devtools.send('Runtime.getHeapUsage')
  await devtools.detach()
  return usedSize
}

/** Milliseconds from the click that leaves a listing under way until no find is left below the main process. */
async function leavings(page: Page, main: MainProcess): Promise<number[]> {
  const times: number[] = []
  for (let run = 0; run < runs; run += 1) {
    await leave(page)
    await page.getByRole('button', { name: new RegExp(`^${container}, `) }).click()
    await page.locator('[data-tree] [role=row]').first().waitFor()
    await sleep(500)
    if (!(await main.runs('find'))) throw new Error('The listing was complete before it was left')
    const button = page.getByRole('button', { name: new RegExp(`^${other}, `) })
    const clicked = await button.evaluate((element) => {
      const now = performance.timeOrigin + performance.now()
      element.dispatchEvent(new MouseEvent('click', { bubbles: true }))
      return now
    })
    while (await main.runs('find')) await sleep(2)
    times.push(performance.timeOrigin + performance.now() - clicked)
  }
  return times
}
