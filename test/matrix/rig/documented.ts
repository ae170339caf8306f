import { readFile } from 'node:fs/promises'
import type { EngineKind } from '../../engines/engine/private-engine'

/** What each engine is called in docs/engines.md. */
export const engineNames: Readonly<Record<EngineKind, string>> = {
  'docker-20': 'overlay2',
  'docker-26': 'overlay2',
  'docker-26-containerd': 'containerd store',
  'docker-26-vfs': 'vfs',
  'podman-5': 'overlay, rootful',
  'podman-4': 'overlay, rootful',
  'docker-28': 'overlay2',
  'docker-28-containerd': 'containerd store',
  'podman-5.8': 'overlay, rootful',
}

const columns = [
  'list, events',
  'changes, engine lens',
  'changes, host lens',
  'content',
  'commit, checked',
  'stacks, comparison',
  'against a snapshot',
  'undo',
] as const
export type Column = (typeof columns)[number]

/** What was measured of one engine: a word or two for each column, once for each time that something was tried. */
export class Measured {
  readonly #cells = new Map<Column, Set<string>>()

  /** Each thing that was tried says what came of it; the same thing said again changes nothing. */
  add(column: Column, said: string): void {
    const cell = this.#cells.get(column) ?? new Set<string>()
    this.#cells.set(column, cell.add(said))
  }

  /** The engine's row of the table, in Markdown without its padding. */
  row(name: string): string {
    const cells = columns.map((column) => {
      const said = [...(this.#cells.get(column) ?? [])].sort()
      return said.length === 0 ? 'not measured' : said.join('; ')
    })
    return `| ${[name, ...cells].join(' | ')} |`
  }
}

const document = new URL('../../../docs/engines.md', import.meta.url)

/** The rows of the table in docs/engines.md without padding, and the whole text. */
export async function documented(): Promise<{ readonly rows: readonly string[]; readonly text: string }> {
  const text = await readFile(document, 'utf8')
  const rows = text.split('\n').filter((line) => line.startsWith('| '))
  return { rows: rows.map((row) => row.replace(/ +/g, ' ')), text: text.replace(/\s+/g, ' ') }
}
