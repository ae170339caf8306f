import type { HostCommand } from './transport'

/** Characters of a command's complaints (standard error) that are kept, from their end. */
export const keptComplaints = 2000

/** Whether a command that ended with this status did what it was to do; `complaints` are what was kept of them. */
export function isAccepted(
  { accepts = [], passesOver }: Pick<HostCommand, 'accepts' | 'passesOver'>,
  status: number | undefined,
  complaints: string,
): boolean {
  if (status === undefined) return false
  if (status === 0 || accepts.includes(status)) return true
  // Where the first of them were cut off, nobody knows what they were about.
  if (status !== 1 || passesOver === undefined || isCutOff(complaints)) return false
  const lines = complaints.split('\n').filter((line) => line !== '')
  return lines.length > 0 && lines.every((line) => passesOver.test(line))
}

/**
 * Complaints without the lines that stood there before the command, such as the dynamic linker's about what is to be preloaded (ld.so(8)).
 * Those that were cut off stay as they are, so that they are known as such.
 */
export function withoutNoise(complaints: string, before: string): string {
  if (isCutOff(complaints)) return complaints
  const noise = new Set(before.split('\n').filter((line) => line !== ''))
  const lines = complaints.split('\n')
  return lines.filter((line) => !noise.has(line)).join('\n')
}

/** The last line break may have been left out since. */
function isCutOff(complaints: string): boolean {
  return complaints.length >= keptComplaints - 1
}
