import { z } from 'zod'
import { bytePath, type BytePath } from '../../core/base/byte-path'
import type { Change, ChangeKind } from '../../core/changes/change'
import { failed, isFailure, type FailureError } from '../../core/base/failure'
import { connectionFailure } from '../connection-failure'
import { jsonArray } from '../http/json-array'
import { longestWork, parseAnswer, type DockerApi } from './api'
import { containerSegment } from './names'

// Engine API, ContainerChanges: null where nothing changed; Kind 0 modified, 1 added, 2 deleted.
const rows = z.array(z.object({ Path: z.string(), Kind: z.literal([0, 1, 2]) }))
const kindNumbers: readonly ChangeKind[] = ['modified', 'added', 'deleted']

/**
 * What the engine says where a path vanished while it walked through the container; it gives up then (measured with Docker 20.10: 3 of
 * 200 listings of a container that makes and removes directories without an end).
 */
const vanished = /: (no such file or|not a) directory$/
const attempts = 5

/** More rows than a listing can hold are not read. */
const mostRows = 8_000_000

/** Asks again where the engine gave up for something that vanished. */
export async function listChanges(
  api: DockerApi,
  id: string,
  signal: AbortSignal,
): Promise<AsyncIterable<Change[]>> {
  const path = `/containers/${containerSegment(id)}/changes`
  for (let attempt = 1; ; attempt += 1) {
    try {
      const answer = await api.http.open({ path: api.path(path), timeout: longestWork }, signal)
      return changesIn(api.http.parts(answer, signal), path, signal)
    } catch (error) {
      if (!isFailure(error, 'engine-failed') || !vanished.test(error.failure.message)) throw error
      if (attempt === attempts) throw gaveUp(error.failure.message)
    }
  }
}

async function* changesIn(
  answer: AsyncIterable<Buffer>,
  path: string,
  signal: AbortSignal,
): AsyncGenerator<Change[]> {
  let length = 0
  try {
    for await (const some of jsonArray(answer)) {
      const told = parseAnswer(rows, some, path)
      if ((length += told.length) > mostRows) throw tooMany()
      yield told.map((row) => ({
        path: pathOf(row.Path),
        kind: kindNumbers[row.Kind] ?? 'modified',
        type: 'unknown',
      }))
    }
  } catch (error) {
    throw connectionFailure(error, signal)
  }
}

const ascii = /^[\0-\x7f]*$/

function pathOf(text: string): BytePath {
  return bytePath(ascii.test(text) ? text : Buffer.from(text, 'utf8').toString('latin1'))
}

function tooMany(): FailureError {
  return failed(
    'too-large',
    `The engine lists more than ${mostRows.toLocaleString('en')} changed paths.`,
    'Remove what is not needed in the container, or choose the host lens.',
  )
}

function gaveUp(message: string): FailureError {
  return failed(
    'engine-failed',
    `The engine gave up its walk through the container ${String(attempts)} times: ${message}`,
    'Where the container is running, pause it, or choose the host lens.',
  )
}
