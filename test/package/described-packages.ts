import { readFileSync } from 'node:fs'

/** What electron-builder would have made: the words for fpm of a deb or rpm, and the desktop entry of any of them. */
export interface DescribedPackages {
  readonly fpmWords: Readonly<Record<'deb' | 'rpm', readonly string[]>>
  readonly desktopEntries: readonly ReadonlyMap<string, string>[]
  /** Takes one description as electron-builder gives it; the file that it names is there only then. */
  add(description: unknown): void
}

export function describedPackages(): DescribedPackages {
  const fpmWords: Record<'deb' | 'rpm', readonly string[]> = { deb: [], rpm: [] }
  const desktopEntries: ReadonlyMap<string, string>[] = []
  return {
    fpmWords,
    desktopEntries,
    add(description) {
      if (isForFpm(description)) {
        const [words, desktopFile] = description
        fpmWords[valueOf(words, '--package').endsWith('.deb') ? 'deb' : 'rpm'] = words
        desktopEntries.push(fieldsOf(readFileSync(desktopFile, 'utf8')))
      } else {
        const { desktop } = description as { readonly desktop: string }
        desktopEntries.push(fieldsOf(desktop))
      }
    },
  }
}

/** The word after an option. */
export function valueOf(words: readonly string[], option: string): string {
  return words[words.indexOf(option) + 1] ?? ''
}

function isForFpm(description: unknown): description is [readonly string[], string] {
  return Array.isArray(description)
}

function fieldsOf(desktopEntry: string): ReadonlyMap<string, string> {
  const lines = desktopEntry.split('\n').filter((line) => line.includes('='))
  return new Map(
    lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)] as const),
  )
}
