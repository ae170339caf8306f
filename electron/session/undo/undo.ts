import { setMaxListeners } from 'node:events'
import { nameOf, parentOf, type BytePath } from '../../core/base/byte-path'
import { aspectsIn, type ChangeAspect, type Lens } from '../../core/changes/change'
import { failed } from '../../core/base/failure'
import {
  differences,
  everyFact,
  type Rule,
  type VersionFacts as CompareFacts,
} from '../../core/changes/version-difference'
import type { ContainerDetails } from '../../engine/engine'
import { removeFromUpper } from '../../hostfs/upper/remove-from-upper'
import { removeInside } from '../containers/container-tools'
import type { HostSession } from '../host/host-session'
import { putLowerVersion } from './lower-version'
import { undoFacts, versionOf, type UndoFacts, type VersionFacts } from './undo-facts'
import { undoPlan, type UndoPlan } from './undo-plan'
import type { UndoAction } from './undo-step'

/** Finds out what undoing the change of one path would be, and changes nothing. */
export async function planUndo(
  session: HostSession,
  container: ContainerDetails,
  path: BytePath,
  signal: AbortSignal,
): Promise<UndoPlan> {
  return undoPlan(await undoFacts(session, container, path, signal))
}

/** Milliseconds that an undoing which has begun may go on when nobody waits for it any more. */
const goesOnFor = 60_000

/**
 * Undoes the change of one path and makes sure that it is undone. Once begun (`begun` is called) it is not cut off by the signal at once: a
 * half removed directory is of no use to anybody. Nor does it go on for ever then, where what it waits for hangs.
 *
 * Nothing about it is written down for the case of a crash, because nothing is lost by one that was to be kept: the lower version
 * stays in the image, what is removed was to be removed, and whatever stands there in the end is listed as a change
 * that can be undone once more. A directory that is replaced in a running container goes only when its replacement stands
 * beside it, whole.
 * @throws FailureError `conflict` where the change is another one by now or where it is not undone afterwards
 */
export async function applyUndo(
  session: HostSession,
  containerId: string,
  path: BytePath,
  action: UndoAction,
  { signal, begun }: { readonly signal: AbortSignal; readonly begun: () => void },
): Promise<Lens> {
  const container = await (await session.engine(signal)).container(containerId, signal)
  const facts = await undoFacts(session, container, path, signal)
  const plan = undoPlan(facts)
  if (plan.action !== action)
    throw failed(
      'conflict',
      `The change is another one by now: the path is ${plan.kind}, and what undoes that is: ${plan.action.replace('-', ' ')}.`,
      'Look at the path again.',
    )
  if (plan.through === undefined) throw failed('conflict', plan.obstacle ?? 'It cannot be undone now.')
  signal.throwIfAborted()
  begun()
  return await toTheEnd(signal, async (later) => {
    if (plan.through === 'host') await onHost(facts, later)
    else await throughEngine(session, container, facts, plan, later)
    await verify(session, container, facts, later)
    return plan.through ?? 'engine'
  })
}

/** Does work whose own signal comes later than the one that is given. */
async function toTheEnd<Value>(
  signal: AbortSignal,
  work: (later: AbortSignal) => Promise<Value>,
): Promise<Value> {
  const later = new AbortController()
  // Any number of requests and commands may be given it.
  setMaxListeners(0, later.signal)
  let timer: NodeJS.Timeout | undefined
  const lastCall = () => {
    timer = setTimeout(() => {
      later.abort()
    }, goesOnFor)
  }
  signal.addEventListener('abort', lastCall, { once: true })
  try {
    return await work(later.signal)
  } finally {
    signal.removeEventListener('abort', lastCall)
    clearTimeout(timer)
  }
}

async function onHost({ host, path }: UndoFacts, signal: AbortSignal): Promise<void> {
  if (!host.works || host.own.stat === undefined) throw new Error('the plan goes through the host without it')
  await removeFromUpper(host.files, host.upper, path, host.own.stat, signal)
}

async function throughEngine(
  session: HostSession,
  container: ContainerDetails,
  { path, lower }: UndoFacts,
  { step }: UndoPlan,
  signal: AbortSignal,
): Promise<void> {
  const engine = await session.engine(signal)
  const [directory, name] = [parentOf(path), nameOf(path)]
  const put = (as: string) => putLowerVersion(engine, container, { path, as, step, lower }, signal)
  switch (step) {
    case 'own-entry':
    case 'whole':
      await put(name)
      return
    case 'remove':
      requireDone(await removeInside(engine, container.id, { directory, name }, signal))
      return
    case 'replace': {
      const replacement = `.lamina-undo-${container.id.slice(0, 12)}`
      await removeInside(engine, container.id, { directory, name: replacement }, signal)
      await put(replacement)
      requireDone(await removeInside(engine, container.id, { directory, name, replacement }, signal))
    }
  }
}

function requireDone(removed: Awaited<ReturnType<typeof removeInside>>): void {
  if (removed === 'moved-away')
    throw failed('conflict', 'A directory above the path changed meanwhile, so nothing was removed.')
  if (removed === 'failed')
    throw failed(
      'engine-failed',
      'The command in the container could not remove all of it.',
      'Something may be in use or mounted there; look at the path again.',
    )
}

/** Whether the path is by now as the image has it; times as far as an archive tells them. */
async function verify(
  session: HostSession,
  container: ContainerDetails,
  { path, lower }: UndoFacts,
  signal: AbortSignal,
): Promise<void> {
  const { facts } = await versionOf(session, { container, path, side: 'upper' }, signal)
  const differs = whatDiffers(facts, lower)
  if (differs.length === 0) return
  throw failed(
    'conflict',
    `It was undone, and yet the path is not as its image has it; what differs: ${differs.join(', ')}.`,
    'What runs in the container may have changed it again. Look at the path, and undo it once more.',
  )
}

/** What an archive put back: times as far as it tells them. */
const asPutBack: Rule = {
  ...everyFact,
  isSameTime: (now, then) => inSeconds(now) === inSeconds(then),
}

const words: Readonly<Record<ChangeAspect, string>> = {
  type: 'its type',
  content: 'its content',
  mode: 'its mode',
  owner: 'its owner',
  time: 'its time',
  'link-target': 'where it leads',
  attributes: 'its extended attributes',
}

/** In words what differs between two versions. */
export function whatDiffers(now: VersionFacts | undefined, wanted: VersionFacts | undefined): string[] {
  if (now === undefined || wanted === undefined)
    return now === wanted ? [] : [now === undefined ? 'it is missing' : 'it is still there']
  return aspectsIn(differences(now, wanted, asPutBack).aspects).map((aspect) => words[aspect])
}

function inSeconds({ modifiedAt }: CompareFacts): number | undefined {
  return modifiedAt === undefined ? undefined : Math.floor(modifiedAt / 1000)
}
