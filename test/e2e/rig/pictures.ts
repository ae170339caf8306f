import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright'
import { repository } from '../../engines/repository'

// The documentation's pictures change only when somebody asks for new ones; a test run leaves the tree as it was.
const isWanted = process.env.LAMINA_SCREENSHOTS === '1'
const folder = join(repository, 'docs', 'screenshots')

/** Takes a picture of the window, and keeps it as `docs/screenshots/NAME.png` where LAMINA_SCREENSHOTS=1 asks for it. */
export async function picture(page: Page, name: string): Promise<void> {
  if (isWanted) mkdirSync(folder, { recursive: true })
  await page.screenshot({ animations: 'disabled', ...(isWanted && { path: join(folder, `${name}.png`) }) })
}
