/** Mounts at a path, above it and below it. */
export function mountsAt(path: string, mounts: readonly string[]): string[] {
  const places = mounts.map((mount) => mount.replace(/\/+$/, '')).filter((mount) => mount !== '')
  return places.filter(
    (mount) => mount === path || path.startsWith(`${mount}/`) || mount.startsWith(`${path}/`),
  )
}
