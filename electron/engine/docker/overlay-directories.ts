import { posix } from 'node:path'
import { z } from 'zod'
import type { OverlayDirectories } from '../../core/containers/container'

/** An absolute path without steps upward; anything else from an engine's answer is not looked at on the host. */
const hostDirectory = z.string().regex(/^(?!.*\/\.\.(?:\/|$))\/[^\n\0]*$/s)

const overlayData = z.object({
  LowerDir: z.string(),
  UpperDir: hostDirectory,
  WorkDir: hostDirectory,
  /** Podman leaves it out where nothing is mounted (libpod/driver, GetDriverData). */
  MergedDir: hostDirectory.optional(),
})

/** An image of one layer has no lower ones. */
const imageData = z.object({ LowerDir: z.string().optional(), UpperDir: hostDirectory })

/**
 * `GraphDriver.Data` of an overlay2 container as directories, lower ones from the top down. Nothing for other
 * drivers, for the containerd image store (which leaves the data out) and for paths that cannot be meant.
 */
export function overlayDirectories(data: Readonly<Record<string, unknown>>): OverlayDirectories | undefined {
  const parsed = overlayData.safeParse(data)
  if (!parsed.success) return undefined
  const lower = lowerDirectories(parsed.data.LowerDir)
  if (lower === undefined) return undefined
  const { UpperDir, WorkDir, MergedDir } = parsed.data
  const merged = MergedDir ?? posix.join(posix.dirname(UpperDir), 'merged')
  return { lower, upper: UpperDir, work: WorkDir, merged }
}

/** The same of an overlay2 image: a directory for each of its layers, from the top down. */
export function imageDirectories(data: Readonly<Record<string, unknown>>): string[] | undefined {
  const parsed = imageData.safeParse(data)
  if (!parsed.success) return undefined
  const { LowerDir, UpperDir } = parsed.data
  if (LowerDir === undefined || LowerDir === '') return [UpperDir]
  const lower = lowerDirectories(LowerDir)
  return lower === undefined ? undefined : [UpperDir, ...lower]
}

/** overlayfs.rst: lower directories are joined with colons, and a colon in a name is escaped with a backslash. */
function lowerDirectories(joined: string): string[] | undefined {
  const lower = joined.split(/(?<!\\):/).map((path) => path.replaceAll('\\:', ':'))
  return z.array(hostDirectory).min(1).safeParse(lower).success ? lower : undefined
}
