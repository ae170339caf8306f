import { writeFileSync } from 'node:fs'
import type { Plugin } from 'vite'
import { collectedLicenses } from './third-party-licenses'

/** Writes the names of the renderer's built files to `target` as a JSON array: all that `app://` may serve. */
export function rendererFileList(target: string): Plugin {
  return {
    name: 'lamina:renderer-file-list',
    apply: 'build',
    writeBundle(_options, bundle) {
      const files = Object.keys(bundle).filter((name) => !name.endsWith('.map') && name !== collectedLicenses)
      writeFileSync(target, `${JSON.stringify(files.sort(), null, 2)}\n`)
    },
  }
}
