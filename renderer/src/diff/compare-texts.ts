import type { ComparedText, TextDiff } from './text-diff'

export interface TextPair {
  readonly a: ComparedText
  readonly b: ComparedText
}

/** `diff-worker.ts` as the build names it (electron.vite.config.ts). */
const workerScript = '/assets/diff-worker.js'

/** A worker that has answered is kept for the next question: starting one takes longer than most comparisons. */
let idle: Worker | undefined

/**
 * Compares two texts in a worker (`textDiff`). When `signal` is aborted its work ends at once and nothing is answered any more. Rejects where the worker
 * fails.
 */
export async function compareTexts(pair: TextPair, signal: AbortSignal): Promise<TextDiff> {
  const worker = idle ?? new Worker(workerScript, { type: 'module' })
  idle = undefined
  const ended = new AbortController()
  signal.addEventListener(
    'abort',
    () => {
      worker.terminate()
    },
    { signal: ended.signal },
  )
  worker.postMessage(pair)
  try {
    const diff = await answerOf(worker, ended.signal)
    idle = worker
    return diff
  } catch (error) {
    worker.terminate()
    throw error
  } finally {
    ended.abort()
  }
}

function answerOf(worker: Worker, signal: AbortSignal): Promise<TextDiff> {
  return new Promise((resolve, reject) => {
    worker.addEventListener(
      'message',
      ({ data }: MessageEvent<TextDiff>) => {
        resolve(data)
      },
      { signal },
    )
    worker.addEventListener(
      'error',
      ({ message }) => {
        reject(new Error(message))
      },
      { signal },
    )
  })
}
