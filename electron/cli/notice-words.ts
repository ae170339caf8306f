import { displayName } from '../core/base/display-name'
import type { EventPayload } from '../contract/events'

/** A notice about one of Lamina's own files as a line for a terminal. */
export function noticeWords({
  file,
  problem,
  movedTo,
  restored,
  count = 0,
  reason = '',
}: EventPayload<'storage.noticed'>): string {
  const name = displayName(file)
  const why = displayName(reason)
  switch (problem) {
    case 'entries':
      return `${String(count)} of what is in ${name} is not understood. It is left out, and stays in the file.`
    case 'not-saved':
      return `${why} What is changed now holds until Lamina ends.`
    case 'missing':
      return `${name} is missing. The last good copy, ${name}.good, is used.`
    default: {
      const what = problem === 'damaged' ? `${name} is damaged.` : `${name} was not read: ${why}.`
      const moved =
        movedTo === undefined ? 'It stays where it is.' : `It was moved to ${displayName(movedTo)}.`
      return `${what} ${moved} ${restored === true ? 'The last good copy is used.' : 'Lamina begins without it.'}`
    }
  }
}
