import { isAbsolute } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import type { OperationInput } from '../../contract/contract'
import { rootNode, type ChangeTree } from '../../core/change-tree/change-tree'
import { nodesInOrder } from '../../core/change-view/nodes-in-order'
import { failed, isFailure } from '../../core/base/failure'
import { saveStream } from '../../storage/files/saved-file'
import { changeReport } from './change-report'
import type { ReportedChange, ReportHead } from './reported-change'
import { warningValue } from '../values/change-values'
import type { Context } from '../context/context'
import { toldProgress } from '../files/file-progress'
import type { Handler } from '../context/handler'
import type { Listing } from '../listings/listing'

/** Bytes of a report that an answer holds at most. */
const longestAnswer = 1024 * 1024
/** Bytes that are written at a time. */
const piece = 64 * 1024
/** Milliseconds of work between two looks at what else there is to do. */
const sliceLength = 8

type Input = OperationInput<'changes.export'>

export const exportChanges: Handler<'changes.export'> = async (context, input, signal) => {
  const { listingId, node = rootNode, toFile, overwrite = false } = input
  if (toFile !== undefined && !isAbsolute(toFile))
    throw failed('invalid-input', 'The file to write must be named by its whole path.')
  const listing = context.listings.get(listingId)
  await listing.whole(signal)
  if (node >= listing.tree.size) throw failed('invalid-input', 'The listing has no such node.')
  const head = await reportHead(context, listing, node, signal)
  const counted = { changes: 0 }
  const report = reportBytes(listing, head, input, counted, signal)
  if (toFile !== undefined) {
    const { added, modified, deleted } = head.totals
    const total = added + modified + deleted + (node === rootNode ? listing.tree.runtime : 0)
    const told = toldProgress(context, toFile, report, () => {
      const entries = counted.changes
      // Of a part, what the engine makes for every container is in no total.
      return { entries, ofEntries: Math.max(total, entries) }
    })
    await saveStream(toFile, told, { overwrite, parts: context.parts }, signal)
    return { changes: counted.changes, file: toFile }
  }
  const text = await shortText(report)
  return { changes: counted.changes, text }
}

async function reportHead(
  context: Context,
  listing: Listing,
  node: number,
  signal: AbortSignal,
): Promise<ReportHead> {
  const { hostId, title } = listing
  const path = listing.tree.path(node)
  const inside = listing.warnings.filter((warning) => isAtOrBelow(warning.path, path))
  return {
    ...title,
    host: hostId,
    engine: await engineName(context, hostId, signal),
    time: new Date().toISOString(),
    lens: listing.lens,
    ...(listing.reason === undefined ? {} : { reason: listing.reason }),
    totals: listing.tree.totalsOf(node),
    warnings: inside.map(warningValue),
  }
}

function isAtOrBelow(path: string, directory: string): boolean {
  return path === directory || path.startsWith(`${directory}/`)
}

/** A listing can be written out after its host was lost; then nobody tells which engine it was. */
async function engineName(context: Context, hostId: string, signal: AbortSignal): Promise<string> {
  try {
    const { engine, version } = await (await context.hosts.session(hostId)).description(signal)
    return `${engine} ${version}`
  } catch (error) {
    if (!isFailure(error)) throw error
    return 'not known'
  }
}

/** The report as it is made, letting other work in between. */
async function* reportBytes(
  listing: Listing,
  head: ReportHead,
  { format, node = rootNode }: Input,
  counted: { changes: number },
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  let text = ''
  let until = performance.now() + sliceLength
  for (const part of changeReport(format, head, changesBelow(listing, node, format, counted))) {
    text += part
    const isLong = text.length >= piece
    if (!isLong && performance.now() < until) continue
    if (signal.aborted) throw failed('cancelled', 'Writing the report was cancelled.')
    if (isLong) {
      yield Buffer.from(text)
      text = ''
    }
    await setImmediate()
    until = performance.now() + sliceLength
  }
  yield Buffer.from(text)
}

/** A table for each directory wants its changes together; programs want paths in order. */
function* changesBelow(
  { tree }: Listing,
  node: number,
  format: Input['format'],
  counted: { changes: number },
): Generator<ReportedChange | undefined> {
  for (const at of nodesInOrder(tree, node, format === 'markdown' ? 'directory' : 'path')) {
    const change = at === undefined ? undefined : reportedChange(tree, at)
    if (change !== undefined) counted.changes += 1
    // Also for a directory that merely leads to a change: there may be many in a row.
    yield change
  }
}

function reportedChange(tree: ChangeTree, node: number): ReportedChange | undefined {
  const change = tree.change(node)
  if (change === undefined) return undefined
  const [lost, moved] = [tree.lost(node), tree.moved(node)]
  return {
    ...change,
    ...(tree.isRuntime(node) ? { runtime: true } : {}),
    ...(lost === undefined ? {} : { lost }),
    ...(moved === undefined ? {} : { moved: { path: tree.path(moved.node), by: moved.by } }),
  }
}

async function shortText(report: AsyncIterable<Buffer>): Promise<string> {
  const parts: Buffer[] = []
  let length = 0
  for await (const part of report) {
    length += part.length
    if (length > longestAnswer)
      throw failed(
        'too-large',
        'The report is longer than 1 MiB.',
        'Write it to a file, or write a part of it.',
      )
    parts.push(part)
  }
  return Buffer.concat(parts).toString('utf8')
}
