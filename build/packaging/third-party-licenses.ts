import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Where Vite's option `build.license` lists what it bundled, in the folder of each of the app's parts. */
export const collectedLicenses = 'licenses.json'

/** One entry of that list ("build.license", vite.dev); `text` is missing where a package has no file of its licence. */
interface BundledPackage {
  readonly name: string
  readonly version: string
  readonly identifier?: string
  readonly text?: string
}

const parts = ['main', 'preload', 'renderer']
const rule = '='.repeat(80)
// Of those in use ISC is the shortest; a name alone, as in "License: MIT", is no text.
const shortestLicense = 300

/**
 * Writes the licences of all bundled packages to THIRD-PARTY-LICENSES.txt in the folder of the built app, by what Vite
 * collected there. Throws when the text of one cannot be found.
 */
export function writeThirdPartyLicenses(built: string): void {
  const bundled = new Map<string, string>()
  for (const part of parts) {
    const list = JSON.parse(readFileSync(join(built, part, collectedLicenses), 'utf8')) as BundledPackage[]
    for (const item of list) bundled.set(`${item.name} ${item.version}`, textOf(item))
  }
  const sections = [...bundled].sort(([a], [b]) => (a < b ? -1 : 1))
  const texts = sections.map(([title, text]) => `${rule}\n${title}\n${rule}\n\n${text}\n`)
  const introduction =
    'Lamina contains these packages. Electron and Chromium come with files of their own: ' +
    'LICENSE.electron.txt and LICENSES.chromium.html.\n'
  writeFileSync(join(built, 'THIRD-PARTY-LICENSES.txt'), [introduction, ...texts].join('\n'))
}

function textOf(bundled: BundledPackage): string {
  const text = (bundled.text ?? licenseInReadme(bundled)).trim()
  if (text.length < shortestLicense)
    throw new Error(`${bundled.name} ${bundled.version}: the text of its licence was not found`)
  return text
}

/** Some packages have their licence as the last section of README.md and nowhere else. */
function licenseInReadme({ name, version }: BundledPackage): string {
  const folder = join(import.meta.dirname, '../..', 'node_modules', name)
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string }
  const readme = join(folder, 'README.md')
  if (manifest.version !== version || !existsSync(readme)) return ''
  return readFileSync(readme, 'utf8').split(/^(?:#+ *)?licen[cs]e\b.*\n(?:-+\n)?/im)[1] ?? ''
}
