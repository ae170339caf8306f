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
  if (status !== 1 || passesOver === undefined || complaints.length >= keptComplaints - 1) return false
  const lines = complaints.split('\n').filter((line) => line !== '')
  return lines.length > 0 && lines.every((line) => passesOver.test(line))
}

/** Complaints without the lines that stood there before the command, such as the dynamic linker's about what is to be preloaded (ld.so(8)). */
export function withoutNoise(complaints: string, before: string): string {
  const noise = new Set(before.split('\n').filter((line) => line !== ''))
  return noise.size === 0
    ? complaints
    : complaints
        .split('\n')
        .filter((line) => !noise.has(line))
        .join('\n')
}
