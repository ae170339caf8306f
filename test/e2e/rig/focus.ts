import type { Page } from 'playwright'
import { expect } from 'vitest'

/** Where the focus came to rest: the accessible name of what has it, or its text. The page itself is `body`. */
export async function focused(page: Page): Promise<string> {
  return await page.evaluate(async () => {
    // What closes gives the focus back a turn later, and what is disabled loses it with the next frame.
    for (let frames = 0; frames < 3; frames += 1)
      await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)))
    const { activeElement } = document
    if (activeElement === null || activeElement === document.body) return 'body'
    const text = activeElement instanceof HTMLElement ? activeElement.innerText : ''
    return (
      activeElement.getAttribute('aria-label') ?? activeElement.getAttribute('placeholder') ?? text.trim()
    )
  })
}

export async function expectFocus(page: Page, name: string | RegExp): Promise<void> {
  await expect.poll(() => focused(page)).toMatch(name)
}
