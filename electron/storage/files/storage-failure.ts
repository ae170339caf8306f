import { codeOf, whyBroken } from '../../core/base/broken-stream'
import { failed, type FailureError } from '../../core/base/failure'

const otherwise = 'Check that the folder is there and belongs to this user, and that the disk is not full.'
const rights = 'Give this user the right to it, or let it belong to this user.'

/** What to do, by the system's code. */
const remedies: ReadonlyMap<string, string> = new Map([
  ['ENOSPC', 'Free some space on that disk.'],
  ['EDQUOT', 'Remove some of your files on that disk, or ask for a larger quota.'],
  ['EROFS', 'Mount that file system writable, or use a folder on another one.'],
  ['EACCES', rights],
  ['EPERM', rights],
  ['ENOTDIR', 'Move the file away that stands where a folder belongs.'],
  ['EISDIR', 'Move the folder away that stands where a file belongs.'],
  ['ELOOP', 'Remove the link that leads to itself.'],
  ['EIO', 'Look in the log of the system (dmesg) whether the disk fails.'],
  ['ESTALE', 'Mount that file system anew.'],
  ['EMFILE', 'Close what is not needed, or raise the limit of open files (ulimit -n).'],
  ['ENFILE', 'Close other programs.'],
])

/** `what` is a sentence without its end, such as `/home/a/file cannot be written`; `error` is the system's. */
export function storageFailure(what: string, error: unknown): FailureError {
  return failed('storage-failed', `${what}: ${whyBroken(error)}.`, remedies.get(codeOf(error)) ?? otherwise)
}

/** A failure in sentences: what happened, and what to do. */
export function inSentences({ failure }: FailureError): string {
  return [failure.message, failure.remedy].filter((part) => part !== undefined).join(' ')
}
