import { dockerApi, type DockerApi } from '../docker/api'
import { describeEngine } from '../docker/describe'
import { dockerEngine } from '../docker/docker-engine'
import { tagImage } from '../docker/images'
import type { ImageReference } from '../../core/image-reference'
import type { Engine } from '../engine'
import { commitContainer } from './commit'
import { podmanWords, wholeReference } from './podman-words'
import { rememberedEvents } from './remembered-events'

/** Podman by Docker's API, and by its own (`libpod` is its version) where the two do not mean the same. */
export function podmanEngine(api: DockerApi, libpodVersion: string): Engine {
  const libpod = dockerApi(api.http, libpodVersion, `/v${libpodVersion}/libpod`)
  const docker = dockerEngine(api, podmanWords)
  return {
    ...docker,
    describe: (signal) => describeEngine(api, 'Podman', signal),
    image: (image, signal) => docker.image(wholeReference(image), signal),
    history: (image, signal) => docker.history(wholeReference(image), signal),
    createReader: (image, owner, signal) => docker.createReader(wholeReference(image), owner, signal),
    commit: (request, signal) => commitContainer(libpod, request, signal),
    tag: (imageId, reference, signal) => tagImage(api, imageId, wholeName(reference), signal),
    pastEvents: (containerId, signal) => rememberedEvents(api, containerId, signal),
  }
}

function wholeName(reference: ImageReference): ImageReference {
  if (reference.domain !== undefined) return reference
  const path = reference.path.includes('/') ? reference.path : `library/${reference.path}`
  return { ...reference, domain: 'docker.io', path }
}
