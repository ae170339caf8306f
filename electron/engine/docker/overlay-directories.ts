import { z } from 'zod'
import type { OverlayDirectories } from '../../core/container'

/** An absolute path without steps upward; anything else from an engine's answer is not looked at on the host. */
const hostDirectory = z.string().regex(/^\/(?!.*(?:^|\/)\.\.(?:\/|$))[^\n\0]*$/)

const overlayData = z.object({
  LowerDir: z.string(),
  UpperDir: hostDirectory,
  WorkDir: hostDirectory,
  MergedDir: hostDirectory,
})

/**
 * `GraphDriver.Data` of an overlay2 container as directories, lower ones from the top down. Nothing for other
 * drivers, for the containerd image store (which leaves the data out) and for paths that cannot be meant.
 */
export function overlayDirectories(data: Readonly<Record<string, unknown>>): OverlayDirectories | undefined {
  const parsed = overlayData.safeParse(data)
  if (!parsed.success) return undefined
  // overlayfs.rst: lower directories are joined with colons, and a colon in a name is escaped with a backslash.
  const lower = parsed.data.LowerDir.split(/(?<!\\):/).map((path) => path.replaceAll('\\:', ':'))
  if (!z.array(hostDirectory).min(1).safeParse(lower).success) return undefined
  return { lower, upper: parsed.data.UpperDir, work: parsed.data.WorkDir, merged: parsed.data.MergedDir }
}
