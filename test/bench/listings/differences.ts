import { startContainer } from '../../engines/docker/containers'
import { importImage } from '../../engines/images/images'
import type { PrivateDocker } from '../../engines/docker/private-docker'
import { timingOf } from '../measure'
import type { Figure } from '../report'
import { withWindow } from '../window/window'

const [lines, edits, runs] = [100_000, 10_000, 5] as const
const container = 'edited'

/** A line of its own for each number; of the later version every tenth is another one. */
function text(isLater: boolean): string {
  const line = (at: number) => `line ${at}${isLater && at % (lines / edits) === 0 ? ', edited' : ''}\n`
  return Array.from({ length: lines }, (_, at) => line(at)).join('')
}

/** How soon the differences of a long text are drawn, from the moment when both versions of it are there. */
export async function differenceFigures(
  { docker, dockerHost }: PrivateDocker,
  say: (line: string) => void,
): Promise<Figure> {
  say(`Measuring the differences of ${lines} lines`)
  await importImage(docker, 'text:1', { 'srv/long.txt': text(false), 'srv/short.txt': 'one\n' })
  await startContainer(docker, { name: container, image: 'text:1' })
  for (const [file, input] of Object.entries({ long: text(true), short: 'two\n' }))
    await docker(['exec', '--interactive', container, 'sh', '-c', `cat >/srv/${file}.txt`], { input })
  const lamina = await withWindow(dockerHost, async (page) => {
    // tsx names functions through a helper that exists in its own files only.
    await page.evaluate('globalThis.__name = (named) => named')
    await page.getByRole('button', { name: new RegExp(`^${container}, `) }).click()
    const times: number[] = []
    for (let run = -1; run < runs; run += 1) {
      await page.getByRole('row', { name: /short/ }).getByText('short.txt').click()
      await page.locator('.cm-changedLine').first().waitFor()
      const time = await page.getByRole('row', { name: /long/ }).evaluate(contentToDifferences)
      if (run >= 0) times.push(time)
    }
    return timingOf(times)
  })
  return {
    what: `window, ${edits} edits of ${lines} lines: differences on the screen, from both versions being there`,
    lamina,
    promise: 'within 300 ms',
    kept: lamina.median <= 300,
  }
}

/** Runs in the window: the place of the editors comes with the content; the first frame in which a line is marked in it ends the time. */
function contentToDifferences(row: HTMLElement | SVGElement): Promise<number> {
  return new Promise((resolve) => {
    const before = document.querySelector('.editors')
    let began: number | undefined
    const look = (): void => {
      const place = document.querySelector('.editors')
      if (place !== null && place !== before) {
        began ??= performance.now()
        if (place.shadowRoot?.querySelector('.cm-changedLine')) {
          resolve(performance.now() - began)
          return
        }
      }
      requestAnimationFrame(look)
    }
    row.dispatchEvent(new MouseEvent('click', { bubbles: true }))
    requestAnimationFrame(look)
  })
}
