import envPaths from 'env-paths'

/** Folder outside the repository for what is expensive to make and can be made again. */
export function buildCache(): string {
  return process.env.LAMINA_BUILD_CACHE ?? envPaths('lamina-build', { suffix: '' }).cache
}
