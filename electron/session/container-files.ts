import type { OverlayDirectories } from '../core/container'
import type { ContainerDetails, EngineDescription } from '../engine/engine'
import { probeHostFiles, type HostFiles, type HostFilesProbe } from '../hostfs/host-files'
import { dialectOf } from '../hostfs/overlay-dialect'
import { runningDirectories } from '../hostfs/running-directories'
import type { Transport } from '../transport/transport'
import { probeRootless } from './rootless-storage'

/** How the host lens stands for one container: its directories, or the reason why it cannot be used. */
export type ContainerFiles =
  | { readonly works: true; readonly files: HostFiles; readonly directories: OverlayDirectories }
  | { readonly works: false; readonly reason: string }

const noGetfattr =
  "Files in this engine's layers may hold metadata only (overlayfs, metacopy), which only getfattr can tell. Install it on the host (package attr)."

/**
 * Finds out whether an engine's layers can be read on the host, and how they are marked.
 * @throws FailureError `command-failed`
 */
export async function probeStorage(
  transport: Transport,
  description: EngineDescription,
  signal: AbortSignal,
): Promise<HostFilesProbe> {
  const { storageDriver } = description
  if (description.rootless) return await probeRootless(transport, description, signal)
  // The kernel's own defaults are known later; whether it is an overlay at all is not up to them.
  if (dialectOf(description, { redirects: false, metacopy: false }) === undefined)
    return { works: false, reason: `The storage driver ${storageDriver} is not read on the host.` }
  const probe = await probeHostFiles(transport, description.dataRoot, signal)
  if (!probe.works) return probe
  const dialect = dialectOf(description, probe.kernel)
  if (dialect === undefined) return probe
  if (dialect.metacopy && !probe.files.tools.getfattr) return { works: false, reason: noGetfattr }
  return { ...probe, files: { ...probe.files, dialect } }
}

/**
 * A container's directories: as the engine tells them, or, while it runs, as its mount does.
 * @throws FailureError `command-failed`
 */
export async function containerFiles(
  { files }: Extract<HostFilesProbe, { works: true }>,
  storageDriver: string,
  container: ContainerDetails,
  signal: AbortSignal,
): Promise<ContainerFiles> {
  const { id, pid, directories } = container
  if (directories !== undefined) return { works: true, files, directories }
  if (pid === undefined) {
    return {
      works: false,
      reason: `With the storage driver ${storageDriver} the engine does not say where a container's layers are; they are found while it runs.`,
    }
  }
  const running = await runningDirectories(files, { id, pid }, signal)
  if (!running.found) return { works: false, reason: running.reason }
  const { dialect } = files
  if (dialect === undefined) return { works: true, files, directories: running.directories }
  const metacopy = dialect.metacopy || running.metacopy
  if (metacopy && !files.tools.getfattr) return { works: false, reason: noGetfattr }
  const namespace = running.userxattr ? 'user' : dialect.namespace
  return {
    works: true,
    files: { ...files, dialect: { ...dialect, metacopy, namespace } },
    directories: running.directories,
  }
}
