import envPaths from 'env-paths'
import { resolve } from 'node:path'

/** The folder of Lamina's own files, by its whole path: `LAMINA_DATA_DIR`, or where the system keeps a program's data. */
export function dataFolder(env: NodeJS.ProcessEnv): string {
  return resolve(env['LAMINA_DATA_DIR'] || envPaths('lamina', { suffix: '' }).data)
}
