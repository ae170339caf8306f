import { fileCapabilities } from '../../core/files/file-capabilities'
import { repositoryOf } from '../../core/images/image-reference'
import type { Engine } from '../engine'
import { dockerWords, type EngineWords } from '../engine-words'
import type { DockerApi } from './api'
import { archive, archivedPath, pathStat } from './archive'
import { unpackArchive } from './archive-writing'
import { listChanges } from './changes'
import { describedOrNamed, describeEngine } from './describe'
import { inspectContainer, listContainers, resumeContainer } from './containers'
import { engineTime, followEvents, heldEvents } from './events'
import { executeInContainer } from './exec'
import { hasAllContent } from './image-content'
import { commitContainer, imageHistory, inspectImage, listImages, tagImage } from './images'
import { createReader, listReaders, removeReader } from './readers'

/** Milliseconds for an engine that is there to say so. */
const answersWithin = 5_000

/** The engine behind Docker's API, `version` being its own where it is known. Another that speaks it says what its words mean, and replaces what differs. */
export function dockerEngine(api: DockerApi, version = '', words: EngineWords = dockerWords): Engine {
  return {
    commitProvesPause: false,
    commitHidesContainer: false,
    // Measured with 20.10 and 26 (moby, pkg/archive).
    keepsAttribute: (name) => name === fileCapabilities,
    tellsTouchedDirectories: false,
    describe: (signal) =>
      describedOrNamed(() => describeEngine(api, 'Docker', signal), {
        engine: 'Docker',
        version,
        apiVersion: api.version,
      }),
    containers: (options, signal) => listContainers(api, words, options, signal),
    container: (id, signal) => inspectContainer(api, words, id, signal),
    resume: (id, signal) => resumeContainer(api, id, signal),
    changes: (id, signal) => listChanges(api, id, signal),
    pathStat: (id, path, signal) => pathStat(api, id, path, signal),
    archivedPath: (id, path, signal) => archivedPath(api, id, path, signal),
    archive: (id, path, signal) => archive(api, id, path, signal),
    unpack: (id, directory, tar, signal) => unpackArchive(api, id, directory, tar, signal),
    execute: (id, command, signal) => executeInContainer(api, id, command, signal),
    createReader: (request, signal) => createReader(api, request, signal),
    readers: (signal) => listReaders(api, signal),
    removeReader: (id, signal) => removeReader(api, id, signal),
    images: (filter, signal) => listImages(api, words, filter, signal),
    image: (image, signal) => inspectImage(api, words, image, signal),
    hasAllContent: (image, signal) => hasAllContent(api, image, signal),
    history: (image, signal) => imageHistory(api, image, signal),
    commit: (request, signal) => commitContainer(api, request, signal),
    tag: (imageId, reference, signal) =>
      tagImage(api, imageId, repositoryOf(reference), reference.tag, signal),
    events: (filter, signal) => followEvents(api, filter, signal),
    pastEvents: (containerId, signal) => heldEvents(api, containerId, signal),
    time: (signal) => engineTime(api, signal),
    answers: async (signal) => {
      // Whatever it says: who answers is there.
      await api.http.ask({ path: '/_ping', timeout: answersWithin }, signal)
    },
    close: () => {
      api.http.close()
    },
  }
}
