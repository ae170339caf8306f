import { applyUndo, planUndo } from '../session/undo'
import { sessionOf } from './context'
import type { Handler } from './handler'
import { pathFrom } from './path-input'

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

/** In turn with snapshots of the engine: what is being committed must not change meanwhile. */
export const applyUndoing: Handler<'undo.apply'> = async (context, input, signal) => {
  const path = pathFrom(input)
  const { hostId, containerId, action } = input
  const session = await sessionOf(context, hostId, signal)
  const mine = Symbol(containerId)
  context.activeUndos.add(mine)
  try {
    const undo = () => applyUndo(session, containerId, path, action, signal)
    const through = await session.inTurn(undo, signal)
    return { action, through }
  } finally {
    context.activeUndos.delete(mine)
  }
}
