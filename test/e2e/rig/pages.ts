import type { Locator, Page } from 'playwright'

/** Where a test finds the window's parts: by role and name, as a screen reader does. */
export interface LaminaPage {
  readonly page: Page
  readonly hosts: Locator
  /** What the panel shows of one host. */
  host(name: string): Locator
  readonly containers: Locator
  /** Entry of a container in the list. */
  container(name: string): Locator
  /** The chosen container or image. */
  readonly detail: Locator
  tab(name: RegExp): Locator
  readonly tree: Locator
  /** A line of the tree. */
  line(name: string | RegExp): Locator
  readonly facts: Locator
  readonly commitBox: Locator
  readonly message: Locator
  readonly reference: Locator
  readonly author: Locator
  /** Writes into the commit box. */
  describeSnapshot(words: { reference: string; message: string; author: string }): Promise<void>
  readonly commitButton: Locator
  /** The line that says how a snapshot ended. */
  readonly outcome: Locator
  nav(name: 'Containers' | 'Images' | 'Snapshots' | 'Compare'): Locator
  /** Entry of an image in the list. */
  image(name: string): Locator
  readonly statusBar: Locator
  readonly alert: Locator
}

export function laminaPage(page: Page): LaminaPage {
  const hosts = page.getByRole('navigation', { name: 'Hosts' })
  const commitBox = page.getByRole('form', { name: 'Snapshot of this container' })
  const detail = page.getByRole('main')
  const inCommitBox = (name: string) => commitBox.getByRole('textbox', { name })
  const [message, reference, author] = [
    inCommitBox('Message'),
    inCommitBox('Name and tag'),
    inCommitBox('Author'),
  ]
  const startsWith = (name: string) => new RegExp(`^${name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}`)
  return {
    page,
    hosts,
    host: (name) => hosts.getByRole('region', { name, exact: true }),
    containers: page.getByRole('region', { name: 'Containers' }),
    container: (name) => page.getByRole('button', { name: startsWith(`${name}, `) }),
    detail,
    tab: (name) => detail.getByRole('tab', { name }),
    tree: page.getByRole('treegrid', { name: 'Changed paths' }),
    line: (name) => page.getByRole('row', { name }),
    facts: page.getByRole('complementary', { name: 'Chosen path' }),
    commitBox,
    message,
    reference,
    author,
    async describeSnapshot(words) {
      await message.fill(words.message)
      await author.fill(words.author)
      await reference.fill(words.reference)
    },
    commitButton: commitBox.getByRole('button', { name: /^Snapshot/ }),
    outcome: commitBox.getByRole('status'),
    nav: (name) => hosts.getByRole('button', { name: startsWith(name) }),
    image: (name) => page.getByRole('listitem').getByRole('button', { name: startsWith(name) }),
    statusBar: page.getByRole('contentinfo'),
    alert: page.getByRole('alert'),
  }
}
