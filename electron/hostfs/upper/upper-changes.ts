import type { Change } from '../../core/changes/change'
import type { OverlayDirectories } from '../../core/containers/container'
import { withFuseWhiteouts } from './fuse-upper-whiteouts'
import { bytesOf, type HostFiles } from '../host/host-files'
import { upperEntries } from './upper-entries'
import type { UpperEntry } from './upper-entry'
import { UpperReading } from './upper-reading'

/** Entries worked on together: few at first so that rows show at once, then more, for fewer round trips. */
const firstBatch = 256
const largestBatch = 16_384

/**
 * The host lens: what an overlay's upper directory adds, modifies and deletes, as it is found. Cost grows with the changes
 * and not with the layers below.
 * @throws FailureError `command-failed` or `cancelled`
 */
export async function* upperChanges(
  host: HostFiles,
  directories: OverlayDirectories,
  signal: AbortSignal,
): AsyncGenerator<Change[]> {
  const reading = new UpperReading(host, bytesOf(directories.upper), directories.lower.map(bytesOf), signal)
  let open: UpperEntry[] = []
  let wanted = firstBatch
  const batches = upperEntries(host, directories.upper, signal)
  for await (const entries of reading.dialect.driver === 'kernel' ? batches : withFuseWhiteouts(batches)) {
    const added = reading.takeAdded(entries)
    if (added.changes.length > 0) yield added.changes
    open = open.length === 0 ? added.open : open.concat(added.open)
    if (open.length < wanted) continue
    yield await reading.changesOf(open)
    open = []
    wanted = Math.min(wanted * 4, largestBatch)
  }
  if (open.length > 0) yield await reading.changesOf(open)
  yield* reading.revealed()
  const lost = await reading.lostChildren()
  if (lost.length > 0) yield lost
}
