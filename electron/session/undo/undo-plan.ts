import { rootPath } from '../../core/base/byte-path'
import type { ChangeKind, FileType, Lens } from '../../core/changes/change'
import { failed } from '../../core/base/failure'
import { mountsAt } from '../containers/mounts-at'
import { effectsOf } from './undo-effects'
import { isReplacedDirectory, type UndoFacts } from './undo-facts'
import type { UndoAction, UndoStep } from './undo-step'

export interface UndoPlan {
  readonly kind: ChangeKind
  readonly type: FileType
  readonly action: UndoAction
  readonly step: UndoStep
  /** Absent where there is an obstacle. */
  readonly through?: Lens
  readonly obstacle?: string
  readonly effects: readonly string[]
}

/**
 * Decides by the kind of the change and the state of the container. On the host a stopped container's layer gives the lower version
 * back exactly; everything else goes through the engine, which can put things into a container in any state, and take them
 * out only by a command in a running one.
 * @throws FailureError `not-found` where neither version has the path, `conflict` where there is no change
 */
export function undoPlan(facts: UndoFacts): UndoPlan {
  const { upper, lower, host } = facts
  if (host.works && host.own.stat === undefined && upper !== undefined)
    throw failed('conflict', 'The container has the path as its image has it; there is nothing to undo.')
  const plan = stepFor(facts)
  const held = obstacleOfFlags(facts, plan.step)
  if (held !== undefined) return { ...plan, obstacle: held, effects: [] }
  if (canOnHost(facts, plan.step))
    return { ...plan, through: 'host', effects: effectsOf(facts, plan.step, 'host') }
  const obstacle = obstacleThroughEngine(facts, plan.step, lower?.type)
  if (obstacle !== undefined) return { ...plan, obstacle, effects: [] }
  return { ...plan, through: 'engine', effects: effectsOf(facts, plan.step, 'engine') }
}

function stepFor(facts: UndoFacts): Pick<UndoPlan, 'kind' | 'type' | 'action' | 'step'> {
  const { upper, lower } = facts
  if (upper === undefined) {
    if (lower === undefined)
      throw failed('not-found', 'Neither the container nor its image has the path; there is nothing to undo.')
    return { kind: 'deleted', type: lower.type, action: 'bring-back', step: 'whole' }
  }
  if (lower === undefined) return { kind: 'added', type: upper.type, action: 'remove', step: 'remove' }
  const modified = { kind: 'modified', type: upper.type, action: 'restore' } as const
  if (upper.type !== 'directory' || lower.type !== 'directory') return { ...modified, step: 'whole' }
  return { ...modified, step: isReplacedDirectory(facts) ? 'replace' : 'own-entry' }
}

/** Without the container's own entry the lower version shows, unless a directory above hides it. */
function canOnHost({ path, state, host }: UndoFacts, step: UndoStep): boolean {
  if (!isStopped(state) || !host.works || host.own.stat === undefined || path === rootPath) return false
  switch (step) {
    case 'remove':
      return true
    case 'own-entry':
      return false
    case 'replace':
    case 'whole':
      return !host.own.isHidden
  }
}

function isStopped(state: UndoFacts['state']): boolean {
  return state === 'created' || state === 'exited'
}

function obstacleThroughEngine(
  facts: UndoFacts,
  step: UndoStep,
  lower: FileType | undefined,
): string | undefined {
  const { path, state, readOnly } = facts
  if (path === rootPath) return ofRoot(facts)
  if (!isStopped(state) && state !== 'running' && state !== 'paused')
    return `The container's state is ${state}; nothing in it can be changed now.`
  if (facts.parent === 'missing')
    return 'The directory it is in was deleted as well; bring that one back, with everything in it.'
  if (facts.parent === 'other')
    return 'A directory above it was replaced by something else, such as a link; undo that change first.'
  const mount = mountInTheWay(facts, step)
  if (mount !== undefined)
    return `Something is mounted at ${mount}, which would be changed in place of the container's layer.`
  if (readOnly) return "The container's root is read-only, and the engine refuses to write to it."
  if (lower === 'socket') return 'A socket cannot be brought back; the program that made it makes it again.'
  return step === 'remove' || step === 'replace' ? obstacleToCommand(facts) : undefined
}

/** moby and containers/storage unpack nothing over the root itself, and nothing on the host is to change a layer's own directory. */
function ofRoot({ lower }: UndoFacts): string {
  const mode = lower === undefined ? undefined : `chmod ${lower.mode.toString(8).padStart(4, '0')} /`
  const owner =
    lower?.uid === undefined || lower.gid === undefined
      ? undefined
      : `chown ${String(lower.uid)}:${String(lower.gid)} /`
  const commands = [owner, mode].filter((command) => command !== undefined).join(' && ')
  const how = commands === '' ? '' : ` In the running container root can do it: ${commands}`
  return `An engine puts nothing in the place of the root directory itself.${how}`
}

/** A flag of the file system holds against root, on the host and in the container. */
function obstacleOfFlags({ upper, state, host }: UndoFacts, step: UndoStep): string | undefined {
  if (!host.works || host.held === undefined) return undefined
  const { flag, at } = host.held
  // Mode and owner of a directory are its own, whatever holds what is around it.
  if (step === 'own-entry' && at !== 'path') return undefined
  // Into a directory that may only be added to the engine puts what is missing there.
  if (at === 'directory' && flag === 'a' && upper === undefined && !isStopped(state)) return undefined
  const where = { path: 'It', directory: 'The directory it is in', below: 'Something in it' }[at]
  const what = flag === 'i' ? 'is immutable' : 'may only be added to'
  return `${where} ${what} by a flag of the file system (chattr +${flag}), which holds against root too. Take the flag away (chattr -${flag}) and try it again.`
}

function obstacleToCommand({ state, host, tools }: UndoFacts): string | undefined {
  if (state === 'paused')
    return 'A path can only be removed by a command in the container, which is paused. Resume it and try it again.'
  if (state !== 'running') {
    const why = host.works ? 'Its directory was replaced as well.' : host.reason
    return `In a stopped container a path can only be removed on the host itself. ${why} Start the container and try it again.`
  }
  if (tools === undefined) return 'It is not known whether a command can be run in the container.'
  return tools.works ? undefined : tools.reason
}

/** A directory's own entry can be changed although something is mounted further down. */
function mountInTheWay({ path, mounts }: UndoFacts, step: UndoStep): string | undefined {
  return mountsAt(path, mounts).find((mount) => step !== 'own-entry' || !mount.startsWith(`${path}/`))
}
