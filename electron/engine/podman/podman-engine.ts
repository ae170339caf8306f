import { dockerApi } from '../docker/api'
import { describedOrNamed } from '../docker/describe'
import { dockerEngine } from '../docker/docker-engine'
import { tagImage } from '../docker/images'
import { fileCapabilities } from '../../core/files/file-capabilities'
import { repositoryOf, wholeName } from '../../core/images/image-reference'
import type { Engine } from '../engine'
import type { EngineHttp } from '../http/http'
import { podmanArchive, podmanArchivedPath, podmanUnpack } from './archive'
import { commitContainer } from './commit'
import { podmanContainer } from './containers'
import { inDockersWords, rememberedEvents } from './events'
import { meantBy } from './failures'
import { describePodman } from './describe'
import { podmanWords, wholeReference } from './podman-words'
import { withUserNamespace } from './user-namespace'

/**
 * Milliseconds until a list or a container must be told: Podman says nothing of a container while it commits it, nor of any other in a
 * list with it (measured with 4.3 and 5.4: 13 s for 700 MB).
 */
const answersWithin = 10 * 60_000

/** Podman by Docker's API in a version of it, and by its own where the two do not mean the same. */
export function podmanEngine(
  http: EngineHttp,
  apiVersion: string,
  libpodVersion: string,
  version = libpodVersion,
): Engine {
  const api = dockerApi(http, apiVersion, { answersWithin })
  const libpod = dockerApi(http, libpodVersion, { prefix: `/v${libpodVersion}/libpod` })
  const docker = dockerEngine(api, version, podmanWords)
  const container: Engine['container'] = async (id, signal) =>
    await withUserNamespace(libpod, await podmanContainer(docker, libpod, id, signal), signal)
  const ownersOf = async (id: string, signal: AbortSignal) => {
    const { userNamespace } = await container(id, signal)
    return userNamespace === 'host' ? undefined : userNamespace
  }
  return {
    ...docker,
    commitProvesPause: true,
    commitHidesContainer: true,
    // Measured with 4.3 and 5.4 (containers/storage, pkg/archive).
    keepsAttribute: (name) => name === fileCapabilities || name.startsWith('user.'),
    // containers/storage, pkg/archive/changes.go: OverlayChanges; libpod, diff.go: initInodes.
    tellsTouchedDirectories: true,
    describe: (signal) =>
      describedOrNamed(() => describePodman(api, libpod, signal), { engine: 'Podman', version, apiVersion }),
    container,
    resume: (id, signal) => meantBy(docker.resume(id, signal)),
    changes: (id, signal) => meantBy(docker.changes(id, signal)),
    archivedPath: (id, path, signal) => podmanArchivedPath(api, id, path, signal),
    archive: (id, path, signal) => podmanArchive(api, ownersOf, id, path, signal),
    unpack: (id, directory, tar, signal) => podmanUnpack(api, id, directory, tar, signal),
    execute: (id, command, signal) => meantBy(docker.execute(id, command, signal)),
    image: (image, signal) => docker.image(wholeReference(image), signal),
    history: (image, signal) => docker.history(wholeReference(image), signal),
    createReader: (request, signal) =>
      docker.createReader({ ...request, imageId: wholeReference(request.imageId) }, signal),
    commit: (request, signal) => meantBy(commitContainer(libpod, request, signal)),
    tag: (imageId, reference, signal) =>
      tagImage(api, imageId, wholeName(repositoryOf(reference)), reference.tag, signal),
    events: async (filter, signal) => inDockersWords(await docker.events(filter, signal)),
    pastEvents: (containerId, signal) => rememberedEvents(api, containerId, signal),
  }
}
