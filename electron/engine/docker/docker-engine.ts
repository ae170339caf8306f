import { z } from 'zod'
import type { Transport } from '../../transport/transport'
import type { Engine, EngineDescription } from '../engine'
import { EngineHttp } from '../http'
import { negotiateApi, type DockerApi } from './api'
import { archive, archivedPath } from './archive'
import { unpackArchive } from './archive-writing'
import { inspectContainer, listChanges, listContainers, resumeContainer } from './containers'
import { followEvents, rememberedEvents } from './events'
import { executeInContainer } from './exec'
import { hasAllContent } from './image-content'
import { commitContainer, imageHistory, inspectImage, listImages, tagImage } from './images'
import { createReader, listReaders, removeReader } from './readers'

/** Connects to the Docker engine behind a socket and agrees on an API version with it. */
export async function openDockerEngine(
  transport: Transport,
  socketPath: string,
  signal: AbortSignal,
): Promise<Engine> {
  const http = new EngineHttp(transport, socketPath)
  try {
    return engineOver(await negotiateApi(http, signal))
  } catch (error) {
    http.close()
    throw error
  }
}

function engineOver(api: DockerApi): Engine {
  return {
    describe: (signal) => describeEngine(api, signal),
    containers: (options, signal) => listContainers(api, options, signal),
    container: (id, signal) => inspectContainer(api, id, signal),
    resume: (id, signal) => resumeContainer(api, id, signal),
    changes: (id, signal) => listChanges(api, id, signal),
    archivedPath: (id, path, signal) => archivedPath(api, id, path, signal),
    archive: (id, path, signal) => archive(api, id, path, signal),
    unpack: (id, directory, tar, signal) => unpackArchive(api, id, directory, tar, signal),
    execute: (id, command, signal) => executeInContainer(api, id, command, signal),
    createReader: (imageId, owner, signal) => createReader(api, imageId, owner, signal),
    readers: (signal) => listReaders(api, signal),
    removeReader: (id, signal) => removeReader(api, id, signal),
    images: (filter, signal) => listImages(api, filter, signal),
    image: (image, signal) => inspectImage(api, image, signal),
    hasAllContent: (image, signal) => hasAllContent(api, image, signal),
    history: (image, signal) => imageHistory(api, image, signal),
    commit: (request, signal) => commitContainer(api, request, signal),
    tag: (imageId, reference, signal) => tagImage(api, imageId, reference, signal),
    events: (filter, signal) => followEvents(api, filter, signal),
    pastEvents: (containerId, signal) => rememberedEvents(api, containerId, signal),
    close: () => {
      api.http.close()
    },
  }
}

// Engine API, SystemInfo.
const info = z.object({
  ID: z.string().nullish(),
  ServerVersion: z.string(),
  Driver: z.string(),
  DockerRootDir: z.string(),
  DriverStatus: z.array(z.array(z.string())).nullish(),
})

async function describeEngine(api: DockerApi, signal: AbortSignal): Promise<EngineDescription> {
  const { value } = await api.json(info, { path: '/info' }, signal)
  const says = (flag: string) =>
    (value.DriverStatus ?? []).some(([name, state]) => name === flag && state === 'true')
  return {
    engine: 'Docker',
    ...(value.ID ? { engineId: value.ID } : {}),
    version: value.ServerVersion,
    apiVersion: api.version,
    storageDriver: value.Driver,
    dataRoot: value.DockerRootDir,
    nativeDiff: says('Native Overlay Diff'),
    metacopy: says('Using metacopy'),
    userxattr: says('userxattr'),
  }
}
