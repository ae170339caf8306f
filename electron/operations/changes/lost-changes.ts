import { bytePath } from '../../core/base/byte-path'
import { comparedImage } from '../../session/images/compared-image'
import { lostPaths } from '../../session/content/lost-paths'
import { pathValue } from '../values/change-values'
import { sessionOf } from '../context/context'
import type { Handler } from '../context/handler'
import { pathFrom } from '../values/path-input'

/** Rows of one answer where nothing is said. */
const usualLimit = 200

export const lostChanges: Handler<'changes.lost'> = async (context, input, signal) => {
  const { offset = 0, limit = usualLimit, lens } = input
  const path = pathFrom(input)
  const session = await sessionOf(context, input.hostId, signal)
  const container = await (await session.engine(signal)).container(input.containerId, signal)
  const { id, state, pid } = container
  const subject = {
    hostId: session.hostId,
    containerId: id,
    // One that was started or stopped meanwhile is looked at anew.
    key: JSON.stringify([session.hostId, id, state, pid, path, lens, input.against]),
    walk: async (walking: AbortSignal) => {
      const against = await comparedImage(session, container, input.against, walking)
      return await lostPaths(session, { container, path, ...(against && { against }) }, lens, walking)
    },
  }
  const { entries, bytes, rows } = await context.lostWalks.page(subject, offset, limit, signal)
  return {
    entries,
    bytes,
    rows: rows.map((entry) => ({
      ...pathValue(bytePath(`${path}${entry.path}`)),
      type: entry.type,
      mode: entry.mode,
      ...(entry.type === 'file' || entry.type === 'symlink' ? { size: entry.size } : {}),
    })),
  }
}
