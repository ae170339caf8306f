import type { OperationOutput } from '../../../electron/contract/contract'

/** Of a snapshot that has all that the container had. */
export const nothingDiffers: OperationOutput<'snapshots.commit'>['verified'] = {
  entries: 1,
  missing: [],
  extra: [],
  different: [],
  counts: { missing: 0, extra: 0, different: 0 },
  changedMeanwhile: 0,
  notCompared: [],
  through: 'host',
}
