/** One thing the palette can do. */
export interface PaletteEntry {
  readonly key: string
  readonly group: 'container' | 'image' | 'host' | 'command'
  readonly title: string
  readonly detail: string
  /** By what else it is found; not shown. */
  readonly words?: string
  run(): void
}

const most = 60

/**
 * The entries that fit what was typed, best first: a title that begins with it, then one that holds it, then one that
 * only has all its words somewhere, in what is not shown too. The order among equals stays.
 */
export function bestEntries(entries: readonly PaletteEntry[], typed: string): PaletteEntry[] {
  const search = typed.trim().toLowerCase()
  if (search === '') return entries.slice(0, most)
  const words = search.split(/\s+/)
  return entries
    .map((entry) => ({ entry, rank: rankOf(entry, search, words) }))
    .filter(({ rank }) => rank > 0)
    .sort((a, b) => b.rank - a.rank)
    .slice(0, most)
    .map(({ entry }) => entry)
}

function rankOf(entry: PaletteEntry, search: string, words: readonly string[]): number {
  const title = entry.title.toLowerCase()
  if (title.startsWith(search)) return 3
  if (title.includes(search)) return 2
  const text = `${title} ${entry.detail} ${entry.words ?? ''}`.toLowerCase()
  return words.every((word) => text.includes(word)) ? 1 : 0
}
