import { join } from 'node:path'

/** Folder of the repository, where package.json stands, for all test code. */
export const repository = join(import.meta.dirname, '../..')
