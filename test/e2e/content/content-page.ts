import type { Locator, Page } from 'playwright'
import { laminaPage } from '../rig/pages'

/** Where a test finds the content of the chosen path; Playwright looks into open shadow roots. */
export interface ContentPane {
  readonly page: Page
  readonly body: Locator
  /** Clicks a line of the tree. */
  choose(line: RegExp): Promise<void>
  /** The text of the lower version, and that of the container. */
  readonly before: Locator
  readonly now: Locator
  button(name: string): Locator
  readonly differingWords: Locator
  readonly differingBytes: Locator
  /** What was in a directory that is gone. */
  readonly lost: Locator
  /** Numbers of the lines that were gone to. */
  readonly activeLines: Locator
  /** How many lines of a version are marked as changed, of those that are drawn. */
  marked(version: Locator): Promise<number>
}

export function contentPane(page: Page): ContentPane {
  const lamina = laminaPage(page)
  const body = lamina.facts
  return {
    page,
    body,
    choose: (line) => lamina.line(line).click(),
    before: body.getByRole('textbox', { name: 'In the image' }),
    now: body.getByRole('textbox', { name: 'In the container' }),
    button: (name) => body.getByRole('button', { name }),
    differingWords: body.locator('.cm-changedText'),
    lost: body.getByRole('list', { name: 'What was lost' }),
    differingBytes: body.locator('.hex .differs'),
    marked: (version) => version.locator('.cm-changedLine').count(),
    activeLines: body.locator('.cm-lineNumbers .cm-activeLineGutter'),
  }
}
