import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

/** Every package of which something is in the built app, as `name version`, by the source maps there. */
export function bundledPackages(built: string): ReadonlySet<string> {
  const maps = readdirSync(built, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.map'),
  )
  const found = new Set<string>()
  for (const map of maps) {
    const file = join(built, map)
    const { sources } = JSON.parse(readFileSync(file, 'utf8')) as { readonly sources: readonly string[] }
    for (const source of sources) {
      const path = resolve(dirname(file), source)
      if (path.includes('/node_modules/') && existsSync(path)) found.add(packageOf(dirname(path)))
    }
  }
  return found
}

/** Some packages have further package.json files inside, which name no version. */
function packageOf(folder: string): string {
  const manifest = join(folder, 'package.json')
  const { name, version } = (existsSync(manifest) ? JSON.parse(readFileSync(manifest, 'utf8')) : {}) as {
    readonly name?: string
    readonly version?: string
  }
  return name === undefined || version === undefined ? packageOf(dirname(folder)) : `${name} ${version}`
}

/** The sections of THIRD-PARTY-LICENSES.txt: `name version` and the text. */
export function licenseSections(text: string): ReadonlyMap<string, string> {
  const [, ...parts] = text.split(/^=+\n/m)
  const pairs = parts.flatMap((title, at) =>
    at % 2 === 0 ? [[title.trim(), (parts[at + 1] ?? '').trim()] as const] : [],
  )
  return new Map(pairs)
}
