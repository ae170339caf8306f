import { failed, isFailure } from '../../core/base/failure'
import { unlessAborted } from '../../core/base/unless-aborted'
import { applyUndo, planUndo } from '../../session/undo/undo'
import { sessionOf } from '../context/context'
import type { Handler } from '../context/handler'
import { pathFrom } from '../values/path-input'

export const planUndoing: Handler<'undo.plan'> = async (context, input, signal) => {
  const path = pathFrom(input)
  const session = await sessionOf(context, input.hostId, signal)
  const container = await (await session.engine(signal)).container(input.containerId, signal)
  const { kind, type, action, through, obstacle, effects } = await planUndo(session, container, path, signal)
  return {
    kind,
    type,
    action,
    ...(through === undefined ? {} : { through }),
    ...(obstacle === undefined ? {} : { obstacle }),
    effects: [...effects],
  }
}

/**
 * In turn with snapshots of the engine: what is being committed must not change meanwhile. Where it has begun, a cancelling ends the waiting
 * alone, and its turn lasts until it has ended.
 */
export const applyUndoing: Handler<'undo.apply'> = async (context, input, signal) => {
  const path = pathFrom(input)
  const { hostId, containerId, action } = input
  const session = await sessionOf(context, hostId, signal)
  const mine = Symbol(containerId)
  let hasBegun = false
  const begun = () => {
    hasBegun = true
  }
  context.activeUndos.add(mine)
  const undone = session
    .inTurn(() => applyUndo(session, containerId, path, action, { signal, begun }), signal)
    .finally(() => context.activeUndos.delete(mine))
  try {
    return { action, through: await unlessAborted(undone, signal, 'Undoing was cancelled before it began.') }
  } catch (error) {
    if (!signal.aborted || !hasBegun || !isFailure(error, 'cancelled')) throw error
    throw failed(
      'outcome-unknown',
      'Undoing was cancelled when it had begun, so that it goes on by itself.',
      'Look at the path again: what is still there can be undone once more.',
    )
  }
}
