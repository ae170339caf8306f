import { join } from 'node:path'
import type { Page } from 'playwright'
import { launchDriven } from '../driven/launch'
import type { Launch } from '../running/launch-arguments'

/** One step of the main job: what is done in the window, and the picture that is taken afterwards. */
interface Step {
  readonly picture: string
  readonly what: string
  readonly act: (page: Page) => Promise<void>
}

const steps: readonly Step[] = [
  {
    picture: '1-containers',
    what: 'the containers of this machine',
    act: (page) => page.getByRole('button', { name: /^web-1, / }).waitFor(),
  },
  {
    picture: '2-changes',
    what: 'what changed inside web-1',
    async act(page) {
      await page.getByRole('button', { name: /^web-1, / }).click()
      await page.getByRole('row', { name: /api\.conf/ }).waitFor()
    },
  },
  {
    picture: '3-snapshot',
    what: 'a snapshot of web-1 with message and author',
    async act(page) {
      const box = page.getByRole('form', { name: 'Snapshot of this container' })
      await box.getByRole('textbox', { name: 'Message' }).fill('Raise worker limits, add the API site')
      await box.getByRole('textbox', { name: 'Author' }).fill('kirizi')
      await box.getByRole('button', { name: /^Snapshot/ }).click()
      await page.getByRole('button', { name: 'Compare with its base' }).waitFor()
    },
  },
  {
    picture: '4-comparison',
    what: 'the snapshot beside its base',
    async act(page) {
      await page.getByRole('button', { name: 'Compare with its base' }).click()
      await page.getByText('8 of 9 layers shared').waitFor()
    },
  },
  {
    picture: '5-images',
    what: 'the images, and one with its layers',
    async act(page) {
      await page.getByRole('button', { name: /^Images/ }).click()
      await page.getByRole('button', { name: /^mariadb:11/ }).click()
      await page.getByText('docker-entrypoint-initdb.d').first().waitFor()
    },
  },
]

/** Walks through the main job in a window of its own and saves a picture of each step. Throws when a step fails. */
export async function tour(
  launch: Launch,
  folder: string,
  signal: AbortSignal,
  said: (step: string) => void,
): Promise<void> {
  const app = await launchDriven(launch)
  try {
    const page = await app.firstWindow()
    page.setDefaultTimeout(20_000)
    for (const { picture, what, act } of steps) {
      signal.throwIfAborted()
      await act(page)
      const path = join(folder, `${picture}.png`)
      await page.screenshot({ path, animations: 'disabled' })
      said(`${what}: ${path}`)
    }
  } finally {
    await app.close()
  }
}
