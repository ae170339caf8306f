import { isAbsolute } from 'node:path'
import { largestContent } from '../../contract/content'
import type { OperationInput, OperationOutput } from '../../contract/contract'
import type { Lens } from '../../core/changes/change'
import { failed, isFailure } from '../../core/base/failure'
import { allDone } from '../../session/base/all-settled'
import { comparedImage } from '../../session/images/compared-image'
import { directoryArchive } from '../../session/content/directory-archive'
import type { HostSession } from '../../session/host/host-session'
import { filesIfTold } from '../../session/mounts/mount-places'
import { mountThere, openMounted, type MountThere } from '../../session/content/mounted-content'
import {
  openContent,
  type FoundContent,
  type ContentPlace,
  type ContentRange,
  type PathContent,
} from '../../session/content/path-content'
import { saveStream } from '../../storage/files/saved-file'
import { isoTime } from '../values/change-values'
import { contentKind } from './content-kind'
import { sessionOf, type Context } from '../context/context'
import { toldProgress } from '../files/file-progress'
import type { Handler } from '../context/handler'
import { pathFrom } from '../values/path-input'
import { TarEntryCount } from './tar-entry-count'

type Input = OperationInput<'content.read'> | OperationInput<'content.save'>
type Output = OperationOutput<'content.read'>

/** One version of one path, with what is needed to open it. */
interface Place extends ContentPlace {
  readonly session: HostSession
  readonly lens: Lens | undefined
}

async function placeOf(context: Context, input: Input, signal: AbortSignal): Promise<Place> {
  const path = pathFrom(input)
  const session = await sessionOf(context, input.hostId, signal)
  const container = await (await session.engine(signal)).container(input.containerId, signal)
  const against = await comparedImage(session, container, input.against, signal)
  return { session, container, path, side: input.side, lens: input.lens, ...(against && { against }) }
}

/** What the container sees; `mount` is what hides the layers' version from it. */
interface Opened extends FoundContent {
  readonly mount?: MountThere
}

async function opened(place: Place, range: ContentRange, signal: AbortSignal): Promise<Opened> {
  const { session, lens } = place
  const files = place.side === 'upper' ? await filesIfTold(session, place.container, signal) : undefined
  if (files === undefined) return await openContent(session, place, range, lens, signal)
  const known = { ...place, files }
  const [found, mount] = await allDone([
    openContent(session, known, range, lens, signal),
    mountThere(session, known, files, signal),
  ])
  if (mount === undefined) return found
  await found.found?.close()
  return { ...(await openMounted(session, known, mount, range, files, signal)), mount }
}

/** Does it from its beginning through the engine where a command fails or hangs on the host in the middle of it, unless a lens was asked for. */
async function throughEither<Value>(place: Place, work: (place: Place) => Promise<Value>): Promise<Value> {
  try {
    return await work(place)
  } catch (error) {
    if (place.lens !== undefined || !isFailure(error, 'command-failed')) throw error
    return await work({ ...place, lens: 'engine' })
  }
}

export const readContent: Handler<'content.read'> = async (context, input, signal) => {
  const place = await placeOf(context, input, signal)
  return await throughEither(place, (from) => contentRead(from, input, signal))
}

async function contentRead(
  place: Place,
  { offset = 0, limit = largestContent }: OperationInput<'content.read'>,
  signal: AbortSignal,
): Promise<Output> {
  // One byte more than is given tells whether anything follows.
  const { through, found, mount } = await opened(place, { offset, length: limit + 1 }, signal)
  const mounted = mount && { mounted: { type: mount.type, destination: mount.destination } }
  if (found === undefined) return { exists: false, type: 'unknown', offset, ...empty, through, ...mounted }
  try {
    const facts = { ...factsOf(found), ...mounted }
    if (found.type !== 'file' && found.type !== 'symlink') return { ...facts, offset, ...empty, through }
    const parts: Buffer[] = []
    for await (const part of found.content) parts.push(part)
    const all = Buffer.concat(parts)
    // A link's target is given whole: it is short, and a part of it means nothing.
    if (found.type === 'symlink')
      return { ...facts, linkTarget: all.toString('utf8'), ...given(all, 0, true), through }
    return { ...facts, ...given(all.subarray(0, limit), offset, all.length <= limit), through }
  } finally {
    await found.close()
  }
}

const empty = { bytes: '', end: true, kind: 'none' } as const

function given(bytes: Buffer, offset: number, end: boolean) {
  const kind = contentKind({ bytes, begins: offset === 0, ends: end })
  return { offset, bytes: bytes.toString('base64'), end, ...kind }
}

function factsOf({ type, size, mode, uid, gid, modifiedAt }: PathContent) {
  const facts: Pick<Output, 'exists' | 'type' | 'size' | 'mode' | 'uid' | 'gid' | 'modifiedAt'> = {
    exists: true,
    type,
    mode,
  }
  if (type === 'file' || type === 'symlink') facts.size = size
  if (uid !== undefined) facts.uid = uid
  if (gid !== undefined) facts.gid = gid
  facts.modifiedAt = isoTime(modifiedAt)
  return facts
}

export const saveContent: Handler<'content.save'> = async (context, input, signal) => {
  const { toFile, overwrite = false } = input
  if (!isAbsolute(toFile)) throw failed('invalid-input', 'The file to write must be named by its whole path.')
  const place = await placeOf(context, input, signal)
  return await throughEither(place, (from) => contentSaved(context, from, { toFile, overwrite }, signal))
}

async function contentSaved(
  context: Context,
  place: Place,
  { toFile, overwrite }: { readonly toFile: string; readonly overwrite: boolean },
  signal: AbortSignal,
): Promise<OperationOutput<'content.save'>> {
  // Without content, to learn what is there: a file that grows while it is saved is saved as long as it was.
  const { found, through } = await opened(place, { offset: 0, length: 0 }, signal)
  if (found === undefined) throw failed('not-found', 'This version does not have the path.')
  await found.close()
  const { type, size } = found
  switch (type) {
    case 'directory': {
      const archive = directoryArchive(place.session, place, signal)
      const count = new TarEntryCount()
      const told = toldProgress(context, toFile, counted(archive, count), () => {
        const { entries } = count
        return entries === undefined ? {} : { entries }
      })
      return {
        file: toFile,
        type,
        bytes: await saveStream(toFile, told, { overwrite, parts: context.parts }, signal),
        through: 'engine',
      }
    }
    case 'file': {
      const content = fileContent(place, size, signal)
      const told = toldProgress(context, toFile, content, () => ({ ofBytes: size }))
      const bytes = await saveStream(toFile, told, { overwrite, parts: context.parts }, signal)
      return { file: toFile, type, bytes, through }
    }
    default:
      throw failed(
        'invalid-input',
        `Only files and directories can be saved; this is a ${type.replace('-', ' ')}.`,
      )
  }
}

async function* counted(tar: AsyncIterable<Buffer>, count: TarEntryCount): AsyncGenerator<Buffer> {
  for await (const part of tar) {
    count.take(part)
    yield part
  }
}

async function* fileContent(place: Place, length: number, signal: AbortSignal): AsyncGenerator<Buffer> {
  const { found } = await opened(place, { offset: 0, length }, signal)
  if (found?.type !== 'file') throw failed('not-found', 'The file was removed before it was saved.')
  try {
    yield* found.content
  } finally {
    await found.close()
  }
}
