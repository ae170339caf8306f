import { z } from 'zod'
import type { ImageSummary } from '../../core/images/image'
import { snapshotLabel, type CommitRequest, type ImageDetails, type ImageHistory } from '../engine'
import type { EngineWords } from '../engine-words'
import { momentText } from '../moment'
import { shownJson, type DockerApi } from './api'
import { labels } from './labels'
import { containerSegment, imageSegment } from './names'
import { ownSnapshots, type LabelledImage } from '../own-snapshots'
import { imageDirectories } from './overlay-directories'

// Engine API, ImageList.
const summary = z.object({
  Id: z.string(),
  RepoTags: z.array(z.string()).nullish(),
  Size: z.number().nullish(),
  Created: z.number(),
  ParentId: z.string().nullish(),
  Labels: labels.nullish(),
})

const strings = z.array(z.string()).nullish()
const set = z.record(z.string(), z.unknown()).nullish()

// Engine API, ImageInspect.
const details = z.object({
  Id: z.string(),
  RepoTags: strings,
  Size: z.number().nullish(),
  Author: z.string().nullish(),
  Comment: z.string().nullish(),
  Created: z.string().nullish(),
  Architecture: z.string().nullish(),
  Os: z.string().nullish(),
  RootFS: z.object({ Layers: z.array(z.string()).nullish() }),
  GraphDriver: z.object({ Data: z.record(z.string(), z.unknown()).nullish() }).nullish(),
  Config: z
    .object({
      Entrypoint: strings,
      Cmd: strings,
      Env: strings,
      WorkingDir: z.string().nullish(),
      User: z.string().nullish(),
      ExposedPorts: set,
      Volumes: set,
      Labels: labels.nullish(),
    })
    .nullish(),
})

// Engine API, ImageHistory: newest first.
const history = z
  .array(
    z.object({
      Created: z.number().nullish(),
      CreatedBy: z.string().nullish(),
      Size: z.number().nullish(),
      Comment: z.string().nullish(),
    }),
  )
  .nullable()

const commitAnswer = z.object({ Id: z.string().regex(/^(?:sha256:)?[a-f0-9]{64}$/) })

export async function listImages(
  api: DockerApi,
  words: EngineWords,
  { snapshotId }: { snapshotId?: string },
  signal: AbortSignal,
): Promise<ImageSummary[]> {
  const filters = snapshotId === undefined ? undefined : { label: [`${snapshotLabel}=${snapshotId}`] }
  const query: Record<string, string> = filters === undefined ? {} : { filters: JSON.stringify(filters) }
  const all = await api.list(
    summary,
    (some) => some.map((image) => listedImage(image, words, snapshotId)),
    { path: '/images/json', query },
    signal,
  )
  const own = ownSnapshots(all.map(({ labelled }) => labelled))
  // One that is asked for by its label is that snapshot's own image, and none that was made from it.
  const asked = snapshotId === undefined ? all : all.filter(({ summary }) => own.has(summary.id))
  return asked.map(({ summary }) => {
    const snapshot = own.get(summary.id)
    return snapshot === undefined ? summary : { ...summary, snapshotId: snapshot }
  })
}

function listedImage(
  { Id, RepoTags, Size, Created, ParentId, Labels }: z.infer<typeof summary>,
  words: EngineWords,
  snapshotId: string | undefined,
): { readonly labelled: LabelledImage; readonly summary: ImageSummary } {
  return {
    labelled: {
      id: Id,
      parent: ParentId ?? '',
      created: Created,
      snapshotId: Labels?.[snapshotLabel] ?? snapshotId,
    },
    summary: {
      id: Id,
      references: references(RepoTags, words),
      ...bytesIn(Size),
      createdAt: momentText(Created),
    },
  }
}

export async function inspectImage(
  api: DockerApi,
  words: EngineWords,
  image: string,
  signal: AbortSignal,
): Promise<ImageDetails> {
  const { value, raw } = await api.json(details, { path: `/images/${imageSegment(image)}/json` }, signal)
  const config = value.Config ?? {}
  const diffIds = value.RootFS.Layers ?? []
  const directories = imageDirectories(value.GraphDriver?.Data ?? {})
  return {
    id: value.Id,
    references: references(value.RepoTags, words),
    diffIds,
    ...bytesIn(value.Size),
    author: value.Author ?? '',
    comment: value.Comment ?? '',
    createdAt: momentText(value.Created),
    architecture: value.Architecture ?? '',
    os: value.Os ?? '',
    config: {
      entrypoint: config.Entrypoint ?? [],
      command: config.Cmd ?? [],
      environment: config.Env ?? [],
      workingDirectory: config.WorkingDir ?? '',
      user: config.User ?? '',
      exposedPorts: Object.keys(config.ExposedPorts ?? {}),
      volumes: Object.keys(config.Volumes ?? {}),
      labels: config.Labels ?? {},
    },
    // Podman keeps an image without layers on one that is empty.
    ...(directories?.length === diffIds.length ? { directories } : {}),
    raw: shownJson(raw),
  }
}

export async function imageHistory(
  api: DockerApi,
  image: string,
  signal: AbortSignal,
): Promise<ImageHistory> {
  const { value, raw } = await api.json(history, { path: `/images/${imageSegment(image)}/history` }, signal)
  const steps = (value ?? []).reverse().map((step) => ({
    createdBy: step.CreatedBy ?? '',
    comment: step.Comment ?? '',
    createdAt: momentText(step.Created),
    ...bytesIn(step.Size),
  }))
  return { steps, raw: shownJson(raw) }
}

/** Engine API, ImageCommit. Without a name: naming is a step of its own, so that nothing is ever overwritten by it. */
export async function commitContainer(
  api: DockerApi,
  request: CommitRequest,
  signal: AbortSignal,
): Promise<string> {
  const query = {
    container: containerSegment(request.containerId),
    comment: request.message,
    author: request.author,
    pause: request.pause ? '1' : '0',
    // A line of a Dockerfile: only a UUID goes in, because a line break in a value would begin another instruction.
    changes: `LABEL ${snapshotLabel}=${request.snapshotId}`,
  }
  const { value } = await api.json(
    commitAnswer,
    { method: 'POST', path: '/commit', query, unlimited: true, refusedByEngine: true },
    signal,
  )
  return value.Id
}

export async function tagImage(
  api: DockerApi,
  imageId: string,
  repository: string,
  tag: string | undefined,
  signal: AbortSignal,
): Promise<void> {
  const path = api.path(`/images/${imageSegment(imageId)}/tag`)
  const query = { repo: repository, tag: tag ?? 'latest' }
  await api.http.send({ method: 'POST', path, query, timeout: api.answersWithin }, signal)
}

/** Untagged images carry `<none>:<none>` in older versions. */
function references(tags: readonly string[] | null | undefined, words: EngineWords): string[] {
  return (tags ?? []).filter((tag) => !tag.includes('<none>')).map((tag) => words.familiarReference(tag))
}

/** Engines say -1, or nothing, of what they did not count. */
function bytesIn(size: number | null | undefined): { readonly size?: number } {
  return typeof size === 'number' && size >= 0 ? { size } : {}
}
