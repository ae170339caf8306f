import { readFileSync } from 'node:fs'

// Imported before all else by what people start: npm before 10.9, which comes with older Nodes, does not read devEngines.
const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  readonly engines: { readonly node: string }
}
const complaint = nodeComplaint(process.versions.node, manifest.engines.node)
if (complaint !== undefined) {
  process.stderr.write(`${complaint}\n`)
  process.exit(1)
}

/** What to say where `version` is older than `required`, a range such as `>=20.19`. */
export function nodeComplaint(version: string, required: string): string | undefined {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const [leastMajor = 0, leastMinor = 0] = required.replace('>=', '').split('.').map(Number)
  if (major > leastMajor || (major === leastMajor && minor >= leastMinor)) return undefined
  return `Lamina needs Node ${leastMajor}.${leastMinor} or newer; this is ${version}.`
}
