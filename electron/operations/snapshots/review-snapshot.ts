import { allowed } from '../../core/base/allowed'
import { suggestReference } from '../../core/images/image-reference'
import { baseImage, refuseIncompleteBase } from '../../session/images/base-image'
import { refuseOtherPlatform } from '../../session/containers/container-platform'
import { snapshotLosses } from '../../session/snapshots/snapshot-losses'
import { pathValue } from '../values/change-values'
import { sessionOf } from '../context/context'
import type { Handler } from '../context/handler'

export const reviewSnapshot: Handler<'snapshots.review'> = async (
  context,
  { hostId, containerId },
  signal,
) => {
  const session = await sessionOf(context, hostId, signal)
  const engine = await session.engine(signal)
  const container = await engine.container(containerId, signal)
  const [images, base, { author }, losses] = await Promise.all([
    // A name that is taken in spite of it is found before anything is made.
    allowed(engine.images({}, signal), []),
    baseImage(engine, container, signal),
    context.settings.read(),
    snapshotLosses(session, container, signal),
    refuseIncompleteBase(session, container, signal),
  ])
  await refuseOtherPlatform(session, container, base, signal)
  const taken = new Set(images.flatMap((image) => image.references))
  return {
    suggestedReference: suggestReference(container.name, localDay(new Date()), taken),
    author,
    notIncluded: [...new Map(container.mounts.map((mount) => [mount.destination, mount])).values()],
    willDiffer: losses.map(({ reason, count, paths }) => ({ reason, count, paths: paths.map(pathValue) })),
    engineFiles: container.engineMounts
      .filter(({ type }) => type === 'file')
      .map(({ destination }) => destination),
    baseLayers: base.diffIds.length,
  }
}

/** The day where the person sits, as 2026-11-23. */
function localDay(now: Date): string {
  const two = (part: number) => String(part).padStart(2, '0')
  return `${String(now.getFullYear())}-${two(now.getMonth() + 1)}-${two(now.getDate())}`
}
