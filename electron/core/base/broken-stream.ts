import { failed, FailureError, type FailureKind } from './failure'

const closed = 'the other side closed it'

/** What Node's codes say of a socket, a channel or a pipe. The code stands behind the words, for whoever looks it up. */
const meanings: ReadonlyMap<string, string> = new Map([
  ['ECONNRESET', closed],
  ['EPIPE', closed],
  ['ERR_STREAM_WRITE_AFTER_END', closed],
  ['ERR_STREAM_DESTROYED', closed],
  ['ERR_STREAM_PREMATURE_CLOSE', closed],
  ['ECONNREFUSED', 'nothing listens there'],
  ['ENOENT', 'it is not there'],
  ['EISDIR', 'it is a directory'],
  ['ELOOP', 'its links lead in a circle'],
  ['EROFS', 'its file system is read-only'],
  ['EACCES', 'this user has not the right to'],
  ['EPERM', 'this user has not the right to'],
  ['EMFILE', 'this process has too many files and connections open'],
  ['ENFILE', 'this machine has too many files open'],
  ['EAGAIN', 'this machine has no room for another process'],
  ['ENOMEM', 'this machine has no memory left'],
  ['ENOSPC', 'the disk is full'],
  ['EDQUOT', 'the quota of this user is used up'],
  ['EIO', 'the system could not read or write there'],
  ['ESTALE', 'the file server no longer knows it'],
  ['ENOTDIR', 'a file stands where a folder belongs'],
  ['ENAMETOOLONG', 'a name is too long for the system'],
  ['ERR_WORKER_INIT_FAILED', 'this machine has no room for another thread'],
  ['ETIMEDOUT', 'the other side did not answer'],
])

/** In words why a socket, a channel, a pipe or a process failed. */
export function whyBroken(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const code = codeOf(error)
  const meaning = meanings.get(code)
  return meaning === undefined ? error.message : `${meaning} (${code})`
}

const tooMany =
  'Disconnect hosts and close containers that are not needed, or start Lamina with more open files (ulimit -n).'
const tooFull = 'End programs on this machine that are not needed, then try it again.'
const remedies: ReadonlyMap<string, string> = new Map([
  ['EMFILE', tooMany],
  ['ENFILE', tooFull],
  ['EAGAIN', tooFull],
  ['ENOMEM', tooFull],
])

/** What to do about it: where this machine is what has no room, no other advice helps. */
export function remedyFor(error: unknown, usual?: string): string | undefined {
  return (error instanceof Error ? remedies.get(codeOf(error)) : undefined) ?? usual
}

/**
 * Makes a failure of whatever broke a socket, a channel, a pipe or a process. What is a failure already stays what it is: it
 * knows more. `what` is a sentence without its end, such as `The connection to the engine broke`.
 */
export function brokenStream(error: unknown, kind: FailureKind, what: string, remedy?: string): FailureError {
  return error instanceof FailureError
    ? error
    : failed(kind, `${what}: ${whyBroken(error)}.`, remedyFor(error, remedy))
}

/** Codes of Linux (errno(3)) that libuv has no names for. */
const unnamed: ReadonlyMap<string, string> = new Map([
  ['Unknown system error -116', 'ESTALE'],
  ['Unknown system error -122', 'EDQUOT'],
])

/** Node's code of a failed call or stream, such as `EPIPE`; empty where there is none. */
export function codeOf(error: unknown): string {
  if (!(error instanceof Error && 'code' in error && typeof error.code === 'string')) return ''
  return unnamed.get(error.code) ?? error.code
}
