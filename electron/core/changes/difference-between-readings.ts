import { aspectBit, type Change } from './change'
import { differences, everyFact, type Rule } from './version-difference'

type Facts = Omit<Change, 'path'>

/** One tool read both times, so that they are compared as they are; a directory's time says nothing. */
const betweenLooks: Rule = { ...everyFact, directoryTimes: false, acrossTypes: ['mode', 'owner', 'time'] }

const [contentBit, timeBit] = [aspectBit('content'), aspectBit('time')]

/**
 * What differs between two looks at a path of one container, as far as their facts tell. The content of files of one size is unsure
 * where their times differ.
 */
export function differencesBetweenLooks(
  before: Facts,
  after: Facts,
): Pick<Change, 'aspects' | 'contentUnsure'> {
  const { aspects, unseen } = differences(before, after, betweenLooks)
  const isUnsure = (unseen & contentBit) !== 0 && (aspects & timeBit) !== 0
  return { aspects, ...(isUnsure ? { contentUnsure: true } : {}) }
}
