import type { OverlayDirectories } from '../../core/containers/container'
import type { ContainerDetails, EngineDescription, ToldEngine } from '../../engine/engine'
import { bytesOf, probeHostFiles, type HostFiles, type HostFilesProbe } from '../../hostfs/host/host-files'
import { dialectOf } from '../../hostfs/host/overlay-dialect'
import { noKeptStats } from '../../hostfs/attributes/kept-stats'
import { remappedOwners } from '../../hostfs/host/remapped-owners'
import { runningDirectories } from '../../hostfs/engine-store/running-directories'
import { snapshotDirectories } from '../../hostfs/engine-store/snapshot-directories'
import type { Transport } from '../../transport/transport'
import { ownedDirectories, type OwnedDirectories } from './container-owners'
import { probeRootless } from './rootless-storage'

/** How the host lens stands for one container: its directories, or the reason why it cannot be used. */
export type ContainerFiles =
  | {
      readonly works: true
      readonly files: HostFiles
      readonly directories: OverlayDirectories
      /** The lower directory that the engine put between the image's and the container's own, for what it mounts there. */
      readonly engineLayer?: string
      /**
       * A directory for each of the image's layers, top first. Absent where there are more: on the containerd store a snapshot stands upon
       * the engine's layer of the container it was made from (moby, daemon/containerd, applyDiffLayer).
       */
      readonly imageLayers?: readonly string[]
    }
  | { readonly works: false; readonly reason: string }

const noGetfattr =
  "Files in this engine's layers may hold metadata only (overlayfs, metacopy), which only getfattr can tell. Install it on the host (package attr)."

/**
 * Finds out whether an engine's layers can be read on the host, and how they are marked.
 * @throws FailureError `command-failed`
 */
export async function probeStorage(
  transport: Transport,
  description: ToldEngine,
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
  const { remapped } = description
  if (dialect.keepsStats === true && !probe.files.tools.getfattr) return { works: false, reason: noKeptStats }
  if (remapped === undefined) return { ...probe, files: { ...probe.files, dialect } }
  const inThese = await remappedOwners(probe.files, remapped, signal)
  const owners = { layers: [bytesOf(description.dataRoot)], inThese, inAttributes: inThese }
  return { ...probe, files: { ...probe.files, dialect, owners } }
}

/** Docker puts a layer of its own between image and container, whose directory ends so with overlay2. */
const toldEngineLayer = /-init\/diff$/

/** Graph drivers tell the directories of every container that has them; one that died may have none. */
const notTold =
  'The engine does not say where the layers of this container are. They are found without it only while the container runs.'

/**
 * A container's directories: as the engine tells them, or as its mount does while it runs and, where containerd keeps the layers, its
 * snapshot there does while it does not. `imageLayers` counts the layers of its image, where the image is there.
 * @throws FailureError `command-failed`
 */
export async function containerFiles(
  files: HostFiles,
  imageStore: EngineDescription['imageStore'],
  container: ContainerDetails,
  imageLayers: () => Promise<number | undefined>,
  signal: AbortSignal,
): Promise<ContainerFiles> {
  const { id, pid, directories } = container
  if (directories !== undefined) {
    const isEngines = toldEngineLayer.test(directories.lower[0] ?? '')
    const owned = await ownedDirectories(files, imageStore, container, directories, signal)
    const told = directories.lower.filter((layer) => !owned.chowned.includes(layer))
    return { works: true, ...ownedBy(files, owned), ...layersOf(told, isEngines, undefined) }
  }
  if (pid === undefined && imageStore !== 'containerd') return { works: false, reason: notTold }
  const found =
    pid === undefined
      ? await snapshotDirectories(files, id, signal)
      : await runningDirectories(files, { id, pid }, signal)
  if (!found.found) return { works: false, reason: found.reason }
  const count = await imageLayers()
  const { lower } = found.directories
  const isMore = count !== undefined && lower.length > count
  const owned = await ownedDirectories(files, imageStore, container, found.directories, signal)
  const layers = { ...ownedBy(files, owned), ...layersOf(lower, isMore, count) }
  const { dialect } = files
  if (dialect === undefined) return { works: true, ...layers }
  const metacopy = dialect.metacopy || found.metacopy
  if (metacopy && !files.tools.getfattr) return { works: false, reason: noGetfattr }
  const namespace = found.userxattr ? 'user' : dialect.namespace
  return { works: true, ...layers, files: { ...layers.files, dialect: { ...dialect, metacopy, namespace } } }
}

/** The files with the owners of one container's layers. */
function ownedBy(
  { owners: _ofEngine, ...files }: HostFiles,
  { owners, directories }: OwnedDirectories,
): { readonly files: HostFiles; readonly directories: OverlayDirectories } {
  return { files: owners === undefined ? files : { ...files, owners }, directories }
}

function layersOf(
  lower: readonly string[],
  isTopEngines: boolean,
  count: number | undefined,
): { readonly engineLayer?: string; readonly imageLayers?: readonly string[] } {
  const [top] = lower
  const image = isTopEngines ? lower.slice(1) : lower
  return {
    ...(isTopEngines && top !== undefined ? { engineLayer: top } : {}),
    ...(count === undefined || count === image.length ? { imageLayers: image } : {}),
  }
}
