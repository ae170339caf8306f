import { displayName } from '../../../../electron/core/base/display-name'

/** Text of several lines from a stranger, made safe to show line by line. */
export function safeLines(text: string): string {
  return text.split(/\r?\n/).map(displayName).join('\n')
}
