import type { OperationOutput } from '../../../../electron/contract/contract'
import type { EventPayload } from '../../../../electron/contract/events'
import type { FailureKind } from '../../../../electron/core/base/failure'

export type ChangeRow = OperationOutput<'changes.rows'>['rows'][number]
export type Listing = OperationOutput<'changes.open'>
export type Progress = EventPayload<'changes.progressed'>

/** Failures of a refresh after which the listing cannot go on: the process or the container behind it is another one. */
export const needsNewListing: ReadonlySet<FailureKind> = new Set(['listing-closed', 'not-found', 'internal'])

/** A listing as it goes on through the lens that its progress tells. */
export function inLens({ reason: _before, ...others }: Listing, { lens, reason }: Progress): Listing {
  return { ...others, lens, ...(reason !== undefined && { reason }) }
}
