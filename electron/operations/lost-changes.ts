import { bytePath } from '../core/byte-path'
import { LostCount } from '../core/lost-totals'
import { comparedImage } from '../session/compared-image'
import { lostPaths } from '../session/lost-paths'
import { pathValue } from './change-values'
import { sessionOf } from './context'
import type { Handler } from './handler'
import { pathFrom } from './path-input'

/** Rows of one answer where nothing is said. */
const usualLimit = 200

export const lostChanges: Handler<'changes.lost'> = async (context, input, signal) => {
  const { offset = 0, limit = usualLimit, lens } = input
  const path = pathFrom(input)
  const session = await sessionOf(context, input.hostId, signal)
  const container = await (await session.engine()).container(input.containerId, signal)
  const against = await comparedImage(session, container, input.against, signal)
  const lost = await lostPaths(session, { container, path, ...(against && { against }) }, lens, signal)
  const count = new LostCount()
  for (const entry of lost) count.add(entry)
  return {
    ...count.totals,
    rows: lost.slice(offset, offset + limit).map((entry) => ({
      ...pathValue(bytePath(`${path}${entry.path}`)),
      type: entry.type,
      mode: entry.mode,
      ...(entry.type === 'file' || entry.type === 'symlink' ? { size: entry.size } : {}),
    })),
  }
}
