import { aspectsIn, type ChangeAspect, type Lens } from '../../core/changes/change'
import { failed, isFailure } from '../../core/base/failure'
import type { PathFacts } from '../../core/changes/path-facts'
import { differences, everyFact, everyFactBesideImage } from '../../core/changes/version-difference'
import type { BothVersions, ComparedPath } from './both-versions'
import { versionsThroughEngine } from './engine-versions'
import type { HostSession } from '../host/host-session'
import { versionsOnHost } from './host-versions'

/** Both versions of a path, and what differs. */
export interface PathDifference {
  readonly upper?: PathFacts
  readonly lower?: PathFacts
  readonly aspects: readonly ChangeAspect[]
  /** What could not be found out, in a sentence each. */
  readonly unknown: readonly string[]
  readonly through: Lens
}

/**
 * Describes both versions of a path through the lens that is asked for, or on the host where its files can be read and else through the engine.
 * @throws FailureError `not-found` where neither version has the path, and what `openContent` throws
 */
export async function pathDifference(
  session: HostSession,
  compared: ComparedPath,
  lens: Lens | undefined,
  signal: AbortSignal,
): Promise<PathDifference> {
  const through = lens ?? ((await session.filesOf(compared.container, signal)).works ? 'host' : 'engine')
  const throughEngine = async () =>
    differenceOf(await versionsThroughEngine(session, compared, signal), compared, 'engine')
  if (through === 'engine') return await throughEngine()
  try {
    return differenceOf(await versionsOnHost(session, compared, signal), compared, 'host')
  } catch (error) {
    if (lens !== undefined || !isFailure(error, 'command-failed')) throw error
    return await throughEngine()
  }
}

function differenceOf(
  { upper, lower, sameContent, unknown }: BothVersions,
  { against }: ComparedPath,
  through: Lens,
): PathDifference {
  // What a commit made has whole seconds.
  const rule = against === undefined ? everyFact : everyFactBesideImage
  if (upper === undefined && lower === undefined)
    throw failed('not-found', 'Neither the container nor the image has this path.')
  return {
    ...(upper === undefined ? {} : { upper }),
    ...(lower === undefined ? {} : { lower }),
    aspects: upper && lower ? aspectsIn(differences(upper, lower, rule, { sameContent }).aspects) : [],
    unknown,
    through,
  }
}
