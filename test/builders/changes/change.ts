import { bytePath } from '../../../electron/core/base/byte-path'
import type { Change } from '../../../electron/core/changes/change'

/** A change with only what a test cares about; an added file unless it says otherwise. */
export function aChange(some: Partial<Omit<Change, 'path'>> & { path: string }): Change {
  return { kind: 'added', type: 'file', ...some, path: bytePath(some.path) }
}
