import type { EngineKind } from '../../engines/engine/private-engine'
import type { MatrixState } from './matrix-engine'
import { matrixImage } from './matrix-image'

/** What Lamina is expected to do with one engine; where it cannot, a part of the reason that it gives. */
export interface Expected {
  readonly engine: 'Docker' | 'Podman'
  readonly version: RegExp
  readonly storageDriver: string
  /** The image's name as the engine lists it. */
  readonly image: string
  /** What stands at a snapshot's own history step where it is not the message, which the image itself carries in any case. */
  readonly stepComment?: string
  readonly hostLens: { readonly works: true } | { readonly works: false; readonly reason: string }
  /** Directories and files that the engine makes in each container and leaves in its upper layer. */
  readonly runtimePaths: RegExp
  /** Of a directory that was removed and made again the engine tells that it was deleted, and nothing of what is in it. */
  readonly replacedIsDeleted: boolean
  /** Through what an added file is removed; a reason where it is not. */
  readonly removal: Readonly<Record<MatrixState, 'engine' | 'host' | RegExp>>
  /** From what the history of an image is known. */
  readonly history: 'config' | 'report'
  /** Whether the rig lets the engine pause a container: Podman needs a cgroup for that, and has none there. */
  readonly pauses: boolean
}

const docker: Expected = {
  engine: 'Docker',
  version: /^26\.1\./,
  storageDriver: 'overlay2',
  image: matrixImage,
  hostLens: { works: true },
  // Docker's own layer lies below the container's.
  runtimePaths: /^$/,
  replacedIsDeleted: false,
  removal: { running: 'engine', stopped: 'host' },
  history: 'config',
  pauses: true,
}

const podman: Expected = {
  ...docker,
  engine: 'Podman',
  version: /^5\.4\./,
  storageDriver: 'overlay',
  image: `localhost/${matrixImage}`,
  stepComment: `FROM localhost/${matrixImage}`,
  runtimePaths: /^\/(?:dev|etc|proc|run|sys|etc\/(?:hostname|hosts|mtab|resolv\.conf)|run\/\.containerenv)$/,
  replacedIsDeleted: true,
  pauses: false,
}

const notOnHost = /can only be removed on the host itself/

const onContainerd = {
  ...docker,
  storageDriver: 'overlayfs',
  removal: { running: 'engine', stopped: notOnHost },
} satisfies Expected

/** Of engines that are newer tomorrow. */
const atLeast28 = /^(?:2[89]|[3-9]\d)\./

export const expectations: Readonly<Record<EngineKind, Expected>> = {
  'docker-20': { ...docker, version: /^20\.10\./ },
  'docker-26': docker,
  'docker-26-containerd': onContainerd,
  'docker-26-vfs': {
    ...docker,
    storageDriver: 'vfs',
    hostLens: { works: false, reason: 'The storage driver vfs is not read on the host.' },
    removal: { running: 'engine', stopped: notOnHost },
    history: 'report',
  },
  'podman-5': podman,
  'podman-4': { ...podman, version: /^4\.3\./ },
  'docker-28': { ...docker, version: atLeast28 },
  'docker-28-containerd': { ...onContainerd, version: atLeast28 },
  'podman-5.8': { ...podman, version: /^(?:5\.(?:[89]|\d\d)|[6-9]|\d\d)\./ },
}
