import { dataFolder } from '../../storage/data-folder'

/** The folder of Lamina's own files. */
export const dataDir = dataFolder(process.env)
