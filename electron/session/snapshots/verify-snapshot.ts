import { parentOf, rootPath, type BytePath } from '../../core/base/byte-path'
import {
  aspectBit,
  type Change,
  type ChangeKind,
  type ChangeNote,
  type Lens,
} from '../../core/changes/change'
import { isFailure, wholeText } from '../../core/base/failure'
import type { ContainerDetails, ImageDetails } from '../../engine/engine'
import { changeTimes } from '../../hostfs/lookups/change-times'
import { bytesOf, hostPath } from '../../hostfs/host/host-files'
import { archiveDifference } from '../changes/archive-difference'
import { differenceOnHost } from '../changes/changes-against'
import { madeThroughEngine } from '../changes/engine-made'
import type { HostSession } from '../host/host-session'
import { filesIfTold } from '../mounts/mount-places'
import { openImageReader } from '../images/reader-container'

/** What a container has otherwise than the snapshot that was just made of it. */
export interface Verification {
  readonly through: Lens
  /** Paths that were held against each other. */
  readonly entries: number
  /** What the container has and the image lacks. */
  readonly missing: readonly Change[]
  /** What the image has and the container lacks. */
  readonly extra: readonly Change[]
  readonly different: readonly Change[]
  /** How many paths differ because they were changed in the container since. */
  readonly changedMeanwhile: number
  /** What was not compared, in a sentence each. */
  readonly notCompared: readonly string[]
}

/** A snapshot that was made: its image, and the moment from which on the container may have gone on. */
export interface MadeSnapshot {
  readonly container: ContainerDetails
  readonly image: ImageDetails
  /** Milliseconds since 1970 by the engine's clock. */
  readonly goneOnSince: number
}

/** Content of files that are equal in all else is read up to here: with both sides it takes a cold disk some seconds. */
const bytesCompared = 512 * 1024 * 1024
/** An image up to this size is read whole through the engine, once as the container and once as the image. */
const largestRead = 256 * 1024 * 1024

/**
 * Holds the image of a snapshot against the container, path by path, as the changes of a container against any image are found: through the
 * host's files where they can be read, and else through the engine's archives.
 * Not being able to compare is no fault of the snapshot, and told as what was not compared.
 */
export async function verifySnapshot(
  session: HostSession,
  made: MadeSnapshot,
  signal: AbortSignal,
): Promise<Verification> {
  try {
    const onHost = await throughHost(session, made, signal)
    return typeof onHost === 'string' ? await throughEngine(session, made, onHost, signal) : onHost
  } catch (error) {
    const because = isFailure(error)
      ? error.failure.message
      : signal.aborted
        ? 'It was cancelled.'
        : `Comparing them failed in a way that was not expected: ${String(error)}`
    const why = `The image was not compared with the container. ${because}`
    return { ...nothing, through: 'engine', entries: 0, notCompared: [why] }
  }
}

const contentBit = aspectBit('content')
const nothing = { missing: [], extra: [], different: [], changedMeanwhile: 0 } as const

async function throughHost(
  session: HostSession,
  made: MadeSnapshot,
  signal: AbortSignal,
): Promise<Verification | string> {
  const { container, image } = made
  const difference = await differenceOnHost(session, container, image, signal, bytesCompared)
  if (typeof difference === 'string') return difference
  const changes: Change[] = []
  try {
    for await (const some of difference.changes(signal)) changes.push(...some)
    const { settled, notCompared } = await withContent(changes, difference.notes(signal))
    const rest = await withoutLater(session, made, settled, signal)
    return { through: 'host', entries: difference.compared, ...sorted(changes, rest, notCompared) }
  } catch (error) {
    if (!isFailure(error, 'command-failed')) throw error
    return wholeText(error.failure)
  }
}

async function throughEngine(
  session: HostSession,
  { container, image, goneOnSince }: MadeSnapshot,
  because: string,
  signal: AbortSignal,
): Promise<Verification> {
  if (image.size === undefined || image.size > largestRead) {
    const size =
      image.size === undefined ? 'the image is of unknown size' : `the image has ${String(image.size)} bytes`
    const why = `The image was not compared with the container: through the engine all of both would be read, and ${size}. ${because}`
    return { ...nothing, through: 'engine', entries: 0, notCompared: [why] }
  }
  const engine = await session.engine(signal)
  const reader = await openImageReader(engine, image.id, signal)
  const changes: Change[] = []
  const counted = { entries: 0 }
  try {
    const { mountPoints } = await madeThroughEngine(
      session,
      container,
      await filesIfTold(session, container, signal),
      signal,
    )
    const { containerId } = reader
    for await (const some of archiveDifference(engine, container, mountPoints, containerId, signal, counted))
      changes.push(...some)
  } finally {
    await reader.close()
  }
  const rest = changes.filter(({ modifiedAt = 0 }) => modifiedAt < goneOnSince)
  return { through: 'engine', ...counted, ...sorted(changes, rest, [notInArchives]) }
}

const notInArchives =
  "Sockets, and extended attributes other than file capabilities, were not compared: the engine's archives do not hold them."

/** Takes in what a second look finds out about content, and what it could not do. */
async function withContent(
  changes: readonly Change[],
  notes: AsyncGenerator<readonly ChangeNote[], readonly string[]>,
): Promise<{ readonly settled: readonly Change[]; readonly notCompared: readonly string[] }> {
  const others = new Set<BytePath>()
  for (;;) {
    const step = await notes.next()
    if (step.done === true) {
      const settled = changes.map((change) =>
        others.has(change.path) ? { ...change, aspects: (change.aspects ?? 0) | contentBit } : change,
      )
      return { settled, notCompared: step.value }
    }
    for (const note of step.value) if (note.kind === 'content' && !note.same) others.add(note.path)
  }
}

/**
 * Leaves out what the container changed after the snapshot. A path counts as changed later by its own time of change; one that is gone by
 * the time of the nearest directory above it that the upper layer has. What is below a directory that came or went later came or went with it.
 */
async function withoutLater(
  session: HostSession,
  { container, goneOnSince }: MadeSnapshot,
  changes: readonly Change[],
  signal: AbortSignal,
): Promise<readonly Change[]> {
  if (changes.length === 0) return changes
  const files = await session.filesOf(container, signal)
  if (!files.works) return changes
  const upper = bytesOf(files.directories.upper)
  const asked = new Set(changes.flatMap(({ path, kind }) => (kind === 'deleted' ? above(path) : [path])))
  const places = [...asked].map((path) => hostPath(upper, path))
  const times = await changeTimes(files.files, places, signal)
  const timeOf = (path: BytePath): number | undefined => times.get(hostPath(upper, path))
  const later = new Set<BytePath>()
  return [...changes].sort(byPath).filter(({ path, kind }) => {
    const changedAt = kind === 'deleted' ? nearest(path, timeOf) : timeOf(path)
    const isLater = later.has(parentOf(path)) || (changedAt ?? 0) >= goneOnSince
    if (isLater && kind !== 'modified') later.add(path)
    return !isLater
  })
}

function nearest(path: BytePath, timeOf: (path: BytePath) => number | undefined): number | undefined {
  for (const directory of above(path)) {
    const time = timeOf(directory)
    if (time !== undefined) return time
  }
  return undefined
}

/** The directories above a path, nearest first. */
function above(path: BytePath): BytePath[] {
  const all: BytePath[] = []
  for (let at = path; at !== rootPath;) all.push((at = parentOf(at)))
  return all
}

function byPath({ path: a }: Change, { path: b }: Change): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function sorted(all: readonly Change[], rest: readonly Change[], notCompared: readonly string[]) {
  const isUnsure = ({ aspects, contentUnsure }: Change) => aspects === 0 && contentUnsure === true
  const unread = rest.filter(isUnsure).length
  const of = (kind: ChangeKind) => rest.filter((one) => one.kind === kind && !isUnsure(one)).sort(byPath)
  const content = `The content of ${String(unread)} files of equal size was not compared.`
  return {
    missing: of('added'),
    extra: of('deleted'),
    different: of('modified'),
    changedMeanwhile: all.length - rest.length,
    notCompared: unread === 0 ? notCompared : [...notCompared, content],
  }
}
