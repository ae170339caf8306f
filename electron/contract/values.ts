import { z } from 'zod'
import { changeAspects, changeKinds, fileTypes } from '../core/changes/change'
import { containerStates } from '../core/containers/container'

/**
 * `local`, or an address in its one spelling: `ssh://user@host:port/path.sock`, `unix:///path.sock` for another engine of this machine. A
 * character may take nine with its escapes.
 */
export const hostId = z.string().min(1).max(9100)
/** An id, a unique prefix of one, or a name. */
export const containerId = z.string().min(1).max(300)
/** An id or a reference. */
export const image = z.string().min(1).max(400)
export const lens = z.enum(['host', 'engine'])
export const count = z.number().int().nonnegative()
export const isoTime = z.string()
/** The same, or empty where an engine does not know it or whoever made it left it out. */
export const maybeTime = z.string()

/** A path of a container, and how it is looked at. */
export const onePath = {
  hostId,
  containerId,
  /** Absolute, as text. */
  path: z.string().min(1).max(4096),
  /** The path's exact bytes in base64, which go before the text. */
  pathBytes: z.base64().min(1).max(8192).optional(),
  /** The host's own files where they can be read, else the engine; files are read where they lie, mounts only the engine sees. */
  lens: lens.optional(),
}

/** A path of a container beside the version that its image, or another one, has. */
export const comparedPath = {
  ...onePath,
  /** The lower version is this image's, and not that of the container's own one. */
  against: image.optional(),
}

/** A path of a container as text, and its exact bytes in base64 where text does not tell them. */
export const namedPath = z.object({ path: z.string(), pathBytes: z.string().optional() })

export const failure = z.object({ kind: z.string(), message: z.string(), remedy: z.string().optional() })

/** Which engine it is. */
const engineFacts = {
  engine: z.enum(['Docker', 'Podman']),
  /** Empty where nothing tells it. */
  version: z.string(),
  /** This and what follows is absent where the engine, or a proxy before it, does not tell (`GET /info`). */
  storageDriver: z.string().optional(),
  imageStore: z.enum(['containerd', 'graph-driver']).optional(),
  rootless: z.boolean().optional(),
}

/** An engine's socket on a host. */
export const hostEngine = z.object({
  /** Empty for the engine that the only command of a login leads to. */
  socketPath: z.string(),
  /** The id under which this engine is a host of its own. */
  hostId,
  /** The host is connected to this one. */
  connected: z.boolean(),
  /** What names it for Docker's command line on its host. */
  namedBy: z.enum(['DOCKER_HOST', 'context']).optional(),
  /** The product in whose virtual machine it runs. */
  virtualMachine: z.string().optional(),
  description: z.object(engineFacts).optional(),
  /** Why it cannot be used. */
  failure: failure.optional(),
})

export const hostDescription = z.object({
  hostId,
  ...engineFacts,
  apiVersion: z.string(),
  dataRoot: z.string().optional(),
  hostLens: z.object({
    works: z.boolean(),
    /** Why it does not work, and what would make it work. */
    reason: z.string().optional(),
  }),
})

export const container = z.object({
  id: z.string(),
  name: z.string(),
  image: z.string(),
  imageId: z.string(),
  state: z.enum(containerStates),
  status: z.string(),
  createdAt: maybeTime,
})

export const mount = z.object({
  type: z.string(),
  name: z.string().optional(),
  source: z.string(),
  destination: z.string(),
  writable: z.boolean(),
})

export const overlayDirectories = z.object({
  lower: z.array(z.string()),
  upper: z.string(),
  work: z.string(),
  merged: z.string(),
})

export const totals = z.object({ added: count, modified: count, deleted: count, bytes: count })

export const change = z.object({
  path: z.string(),
  pathBytes: z.string().optional(),
  kind: z.enum(changeKinds),
  type: z.enum(fileTypes),
  size: count.optional(),
  mode: count.optional(),
  uid: count.optional(),
  gid: count.optional(),
  modifiedAt: isoTime.optional(),
  linkTarget: z.string().optional(),
  /** What differs from the lower version; absent for added and deleted paths and where the lens does not tell. */
  aspects: z.array(z.enum(changeAspects)).optional(),
  /** Files of one size whose content was not compared. */
  contentUnsure: z.boolean().optional(),
  /** Made by the engine and by nobody in the container (decision 0012): a snapshot holds it, and it is in no total. */
  runtime: z.boolean().optional(),
})

export const warning = z.object({
  kind: z.literal('whiteout-name'),
  path: z.string(),
  /** The path that would be missing from the snapshot. */
  deletes: z.string(),
})

export const layer = z.object({
  diffId: z.string(),
  /** Absent where it is not known. */
  size: count.optional(),
  /** What made it, empty where that is not known: a history that does not fit the layers tells it of none. */
  createdBy: z.string(),
  comment: z.string(),
  author: z.string(),
  createdAt: z.string(),
})

const historyStep = layer
  .omit({ diffId: true })
  /** Without a value where it is not known whether a step made a layer, or which. */
  .extend({ empty: z.boolean().optional(), diffId: z.string().optional() })

export const imageSummary = z.object({
  id: z.string(),
  references: z.array(z.string()),
  /** Absent where the engine does not count. */
  size: count.optional(),
  createdAt: maybeTime,
  snapshotId: z.string().optional(),
})

export const imageStack = z.object({
  id: z.string(),
  references: z.array(z.string()),
  layers: z.array(layer),
  history: z.array(historyStep),
  historySource: z.enum(['config', 'report', 'none']),
  /** It has one step for each layer and no more; otherwise which step made which layer is not known. */
  historyIsWhole: z.boolean(),
  /** Why the engine gave no history. */
  historyFailure: failure.optional(),
  size: count.optional(),
  author: z.string(),
  comment: z.string(),
  createdAt: z.string(),
  architecture: z.string(),
  os: z.string(),
  config: z.object({
    entrypoint: z.array(z.string()),
    command: z.array(z.string()),
    environment: z.array(z.string()),
    workingDirectory: z.string(),
    user: z.string(),
    exposedPorts: z.array(z.string()),
    volumes: z.array(z.string()),
    labels: z.record(z.string(), z.string()),
  }),
})
