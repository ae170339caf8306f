import type { BytePath } from '../core/base/byte-path'
import type { Change, FileType } from '../core/changes/change'
import type {
  ContainerMount,
  ContainerSummary,
  EngineMount,
  OverlayDirectories,
} from '../core/containers/container'
import type { Failure } from '../core/base/failure'
import type { ReportedStep } from '../core/images/history'
import type { OwnerMap } from '../core/owners/id-map'
import type { ImageConfig, ImageSummary, Platform } from '../core/images/image'
import type { ImageReference } from '../core/images/image-reference'
import type { EngineEvent, PastEvents } from './engine-events'
import type { WaitingRequest } from './waiting-requests'

/**
 * Whether the engine that was opened is still the one that listens: `doubtful` once it ended a connection, as one does that is
 * stopped or gives its place to another, and `replaced` once another one answered in its place.
 */
export type EngineStanding = 'sure' | 'doubtful' | 'replaced'

/** Which engine it is. */
interface EngineIdentity {
  readonly engine: 'Docker' | 'Podman'
  /** Tells the engine from all others, whatever address it is reached by; absent where it does not say enough of itself. */
  readonly engineId?: string
  /** Empty where nothing tells it. */
  readonly version: string
  readonly apiVersion: string
}

/** How an engine stores its layers. */
export interface EngineStorage {
  readonly untold?: undefined
  readonly storageDriver: string
  /**
   * Who keeps the layers: containerd's snapshotters, where an image's id is its manifest's digest and nothing tells a container's
   * directories; or a graph driver (Docker's own, and Podman's), where an image's id is its config's digest.
   */
  readonly imageStore: 'containerd' | 'graph-driver'
  /** Where the engine keeps its files, on the host. */
  readonly dataRoot: string
  /** Upper directories hold the whole difference: no redirect_dir, no metacopy (`docker info`, Native Overlay Diff). */
  readonly nativeDiff: boolean
  /** The engine says that files in its layers may hold metadata only (`docker info`, Using metacopy). */
  readonly metacopy: boolean
  /** Its layers are marked by `user.` attributes, as in a user namespace (`docker info`, userxattr). */
  readonly userxattr: boolean
  /** Owners and modes are in an attribute of each file of its layers, which its mount program shows in their place. */
  readonly keepsStats?: boolean
  /** The engine runs without the rights of root, in a user namespace: owners of its files on the host are shifted. */
  readonly rootless: boolean
  /** The ids that root has on the host, where all containers have the one user namespace that the engine was given (`--userns-remap`). */
  readonly remapped?: { readonly uid: number; readonly gid: number }
  /** The product in whose virtual machine the engine says it runs, such as `Docker Desktop`: its files are not on this host. */
  readonly virtualMachine?: string
}

/** The engine, or what stands before it, does not answer how it stores anything. */
interface UntoldStorage {
  /** Why. */
  readonly untold: Failure
  readonly storageDriver?: undefined
  readonly imageStore?: undefined
  readonly dataRoot?: undefined
  readonly nativeDiff?: undefined
  readonly rootless?: undefined
  readonly remapped?: undefined
  readonly virtualMachine?: undefined
}

export type ToldEngine = EngineIdentity & EngineStorage
export type EngineDescription = EngineIdentity & (EngineStorage | UntoldStorage)

/** `imageId` is empty for a container that was made without an image. */
export interface ContainerDetails extends Omit<ContainerSummary, 'status'> {
  readonly command: readonly string[]
  readonly workingDirectory: string
  readonly user: string
  /** All that was asked for, directories in memory among it. */
  readonly mounts: readonly ContainerMount[]
  readonly engineMounts: readonly EngineMount[]
  /** Links that the engine makes in the container's own layer, with where they lead. */
  readonly engineLinks: ReadonlyMap<string, string>
  /** To whom the engine gives a working directory that it makes. */
  readonly workingDirectoryOf: 'root' | 'user'
  /** The engine adds the container's user to the image's lists of users and groups, if they lack it. */
  readonly addsUser: boolean
  /** A file on the host that tells all of the container's mounts (OCI runtime-spec, config.md), where the engine does not. */
  readonly runtimeConfig?: string
  /** The layers cannot be written to, by nothing in the container nor through the engine. */
  readonly readOnly: boolean
  /** Absent where the engine does not tell, as with the containerd image store. */
  readonly directories?: OverlayDirectories
  /** Digest of the manifest that it was made from, of an image for several platforms; absent where the engine does not tell. */
  readonly manifestDigest?: string
  /** The container's first process as the engine's machine numbers it; absent where none runs. */
  readonly pid?: number
  /** Its user namespace, where it is told and is not the engine's: how owners are numbered in it, or that it shares the host's. */
  readonly userNamespace?: OwnerMap | 'host'
  /** What it was made for, where the engine tells that apart from what its image is shown as. */
  readonly platform?: Platform
  /** The engine's answer as indented JSON. */
  readonly raw: string
}

/** An image and who runs of it, which tells for which platform it is needed. */
export interface ImageInUse {
  readonly imageId: string
  readonly containerId: string
  /** As in `ContainerDetails`. */
  readonly manifestDigest?: string
}

export interface ImageDetails {
  readonly id: string
  readonly references: readonly string[]
  /** Bottom to top. */
  readonly diffIds: readonly string[]
  /** Absent where the engine does not count. */
  readonly size?: number
  readonly author: string
  readonly comment: string
  /** ISO 8601; empty where the image does not say. */
  readonly createdAt: string
  readonly architecture: string
  readonly os: string
  readonly config: ImageConfig
  /** Where each layer's files are on the host, top first; absent where the engine does not tell. */
  readonly directories?: readonly string[]
  readonly raw: string
}

export interface ImageHistory {
  /** Oldest first. */
  readonly steps: readonly ReportedStep[]
  readonly raw: string
}

export interface CommitRequest {
  readonly containerId: string
  readonly message: string
  readonly author: string
  readonly pause: boolean
  /** One-time id, put on the image as the label `lamina.snapshot`. */
  readonly snapshotId: string
}

/** The label by which Lamina finds the image of a snapshot again. */
export const snapshotLabel = 'lamina.snapshot'

/** One path of a container as the engine archives it. It holds a connection until it is closed or read to its end. */
export interface ArchivedPath {
  readonly type: FileType
  readonly size: number
  /** Permission bits including set-uid, set-gid and sticky (0o7777). */
  readonly mode: number
  /** Absent for what no archive can hold (sockets). */
  readonly uid?: number
  readonly gid?: number
  /** Milliseconds since 1970. */
  readonly modifiedAt: number
  /** Numbers of a device, `MAJOR:MINOR`; absent for what no archive can hold. */
  readonly device?: string
  /** Extended attributes that the archive carries, which are file capabilities alone; absent for what no archive can hold. */
  readonly attributes?: ReadonlyMap<string, string>
  /** A file's bytes, or the target of a link; nothing for anything else. */
  readonly content: AsyncIterable<Buffer>
  close(): Promise<void>
}

/** What an engine says of one path of a container without archiving it. */
export interface PathStat {
  readonly type: FileType
  /** As in `ArchivedPath`. */
  readonly mode: number
  readonly size: number
  readonly modifiedAt: number
  /** Where a link ends, all others on the way followed inside the container. */
  readonly leadsTo?: BytePath
}

/** What a program in a container said until it ended. */
export interface Executed {
  readonly status: number
  readonly output: Buffer
}

/** What a container to read an image through is made of. */
export interface ReaderRequest {
  readonly imageId: string
  /** Stands in the label `lamina.reader`. */
  readonly owner: string
  /** `os/architecture` of an image that the engine has for another platform than its own only; it is not found without. */
  readonly platform?: string
}

/** A container that was made from an image to be read and never started; lists of containers leave it out. */
export interface ReaderContainer {
  readonly id: string
  /** What its maker wrote into the label `lamina.reader`. */
  readonly owner: string
  /** ISO 8601. */
  readonly createdAt: string
}

/** The label of containers that Lamina makes to read an image, so that none stays behind. */
export const readerLabel = 'lamina.reader'

/**
 * A container engine, in Lamina's words. Ids may be whole, unique prefixes or names, as the engine itself
 * takes them. Every method throws FailureError: `engine-unreachable`, `permission-denied`, `not-found`,
 * `conflict`, `engine-failed`, `engine-answer-invalid`, `timed-out` or `cancelled`.
 */
export interface Engine {
  /** Where it listens, on its host. */
  readonly socketPath?: string
  /** A commit that is to pause the container makes nothing unless it stood still; Docker ignores a pause that fails. */
  readonly commitProvesPause: boolean
  /** While it commits a container it answers nothing about it. */
  readonly commitHidesContainer: boolean
  /** Whether a commit keeps an extended attribute of a file, by its name. */
  readonly keepsAttribute: (name: string) => boolean
  /**
   * `changes` tells a directory as modified in which names came or went, also alone where these are the engine's own, which it leaves out.
   */
  readonly tellsTouchedDirectories: boolean
  describe(signal: AbortSignal): Promise<EngineDescription>
  containers(options: { all: boolean }, signal: AbortSignal): Promise<ContainerSummary[]>
  container(id: string, signal: AbortSignal): Promise<ContainerDetails>
  resume(id: string, signal: AbortSignal): Promise<void>
  /** The engine lens: paths and kinds only, some at a time while they come. */
  changes(id: string, signal: AbortSignal): Promise<AsyncIterable<readonly Change[]>>
  /** What is at a path, links above it followed inside the container; nothing where it is not there. Mounts are seen too. */
  pathStat(id: string, path: BytePath, signal: AbortSignal): Promise<PathStat | undefined>
  /** One path without what is below it, found inside the container; nothing where it is not there. Mounts are seen too. */
  archivedPath(id: string, path: BytePath, signal: AbortSignal): Promise<ArchivedPath | undefined>
  /** A path and all below it as the bytes of a tar. @throws FailureError `not-found` */
  archive(id: string, path: BytePath, signal: AbortSignal): Promise<AsyncIterable<Buffer>>
  /**
   * Unpacks a tar in a directory of a container, whatever state that is in. An entry takes the place of what has its name; two
   * directories are merged. Links in the directory's own path are followed inside the container, mounts are written to.
   */
  unpack(id: string, directory: BytePath, tar: AsyncIterable<Buffer>, signal: AbortSignal): Promise<void>
  /** Runs a program as root in a running container; a status of 126 or 127 says that there is no such program. */
  execute(id: string, command: readonly string[], signal: AbortSignal): Promise<Executed>
  /** Makes a container to read an image through, and gives its id. */
  createReader(request: ReaderRequest, signal: AbortSignal): Promise<string>
  readers(signal: AbortSignal): Promise<ReaderContainer[]>
  /** Removes a container of `createReader` with its volumes; one that is gone already is no fault. */
  removeReader(id: string, signal: AbortSignal): Promise<void>
  images(filter: { snapshotId?: string }, signal: AbortSignal): Promise<ImageSummary[]>
  image(image: string, signal: AbortSignal): Promise<ImageDetails>
  /** Whether all that a container's image is made of is in a containerd store, which may have a layer's files and not its archive. */
  hasAllContent(image: ImageInUse, signal: AbortSignal): Promise<boolean>
  history(image: string, signal: AbortSignal): Promise<ImageHistory>
  /** Gives the new image's id. Has no time limit; the engine goes on with it even if nobody listens. */
  commit(request: CommitRequest, signal: AbortSignal): Promise<string>
  tag(imageId: string, reference: ImageReference, signal: AbortSignal): Promise<void>
  /** Follows the engine until the signal; ends without an error when the engine closes the stream. */
  events(filter: { containerId?: string }, signal: AbortSignal): Promise<AsyncIterable<EngineEvent>>
  /** What the engine still remembers of one container's events; an engine that was restarted remembers nothing. */
  pastEvents(containerId: string, signal: AbortSignal): Promise<PastEvents>
  /** The beginning of the second that it is by the engine's own clock, in milliseconds since 1970; absent where nothing tells. */
  time(signal: AbortSignal): Promise<number | undefined>
  /** Waits until it answers anything at all. @throws FailureError where it does not */
  answers(signal: AbortSignal): Promise<void>
  /** Whether it is still the one that listens at its socket; absent where that cannot be known. */
  readonly standing?: () => EngineStanding
  /** Asks for nothing but an answer; `asked` is called when the engine has the question. */
  readonly ping?: (asked: () => void, signal: AbortSignal) => Promise<void>
  /** The same for something that it has to ask containerd for; absent where it has none. */
  readonly askParts?: (asked: () => void, signal: AbortSignal) => Promise<void>
  /** What it was asked first of all that it has not begun to answer. */
  readonly waiting?: () => WaitingRequest | undefined
  /** Tells once when its host was quiet for some milliseconds (`afterQuiet`); gives the function that ends the waiting. */
  readonly afterQuiet?: (milliseconds: number, tell: () => void) => () => void
  /** The same of the line to its host, where one lies between: asks that for an answer. */
  readonly afterQuietLine?: (milliseconds: number, tell: () => void) => () => void
  /** Lets what is under way come to its end and keeps no connection for more. */
  readonly retire?: () => void
  /** Ends all connections, and what is under way with them. */
  close(): void
}
