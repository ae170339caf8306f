import envPaths from 'env-paths'

/** The folder of Lamina's own files. */
export const dataDir = process.env.LAMINA_DATA_DIR ?? envPaths('lamina', { suffix: '' }).data
