import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { z } from 'zod'
import { failed } from '../../core/base/failure'
import type { Executed } from '../engine'
import { connectionFailure, unbelievable } from '../connection-failure'
import { afterQuiet } from '../http/quiet-time'
import { stalled } from '../http/silence'
import type { DockerApi } from './api'
import { containerSegment } from './names'

// Engine API, ContainerExec and ExecInspect.
const made = z.object({ Id: z.string().regex(/^[a-f0-9]{64}$/) })
const ended = z.object({ Running: z.boolean(), ExitCode: z.number().int().nullish() })

/** Bytes that a program may print; what is run here says little. */
const mostOutput = 4 * 1024 * 1024
/** Bytes in front of each piece: the stream's number, three zeros, the length (Engine API, ContainerAttach). */
const frame = 8
const standardOutput = 1

/** Milliseconds in which a command says nothing, after which the engine is asked whether it still runs. */
const quietFor = 15_000

/** Runs a program as root and gives what it wrote to standard output. It may run for as long as the engine says that it does. */
export async function executeInContainer(
  api: DockerApi,
  id: string,
  command: readonly string[],
  signal: AbortSignal,
): Promise<Executed> {
  const body = { AttachStdout: true, AttachStderr: true, User: '0', Cmd: command }
  const path = `/containers/${containerSegment(id)}/exec`
  const { value } = await api.json(made, { method: 'POST', path, body }, signal)
  const state = async () => (await api.json(ended, { path: `/exec/${value.Id}/json` }, signal)).value
  const start = {
    method: 'POST',
    path: api.path(`/exec/${value.Id}/start`),
    body: { Detach: false },
    timeout: 4 * quietFor,
  } as const
  const answer = await api.http.open(start, signal)
  const ending = new AbortController()
  const watched = endWithCommand(answer, state, ending.signal)
  const output = await printed(answer, signal).finally(() => {
    ending.abort()
  })
  await watched
  const { Running, ExitCode } = await state()
  if (Running || typeof ExitCode !== 'number')
    throw failed(
      'engine-failed',
      'The engine lost a command that was running in the container.',
      'Look at the container, and try it again.',
    )
  return { status: ExitCode, output: unframed(output) }
}

/** Gives up an answer that goes on although its command has ended, or nobody can tell. */
async function endWithCommand(
  answer: IncomingMessage,
  state: () => Promise<z.infer<typeof ended>>,
  until: AbortSignal,
): Promise<void> {
  let wasOver = false
  let endWait: () => void = () => undefined
  const hasEnded = once(until, 'abort')
  for (;;) {
    await Promise.race([
      hasEnded,
      new Promise<void>((resolve) => (endWait = afterQuiet(quietFor, {}, resolve))),
    ])
    endWait()
    if (until.aborted) return
    try {
      const isOver = !(await state()).Running
      if (isOver && wasOver) answer.destroy(stalled(quietFor, true))
      wasOver = isOver
    } catch (error) {
      answer.destroy(error instanceof Error ? error : stalled(quietFor, false))
    }
    if (answer.destroyed) return
  }
}

async function printed(answer: IncomingMessage, signal: AbortSignal): Promise<Buffer> {
  const parts: Buffer[] = []
  let length = 0
  try {
    for await (const part of answer as AsyncIterable<Buffer>) {
      length += part.length
      if (length > mostOutput) throw unbelievable('A command in the container prints without end.')
      parts.push(part)
    }
  } catch (error) {
    throw connectionFailure(error, signal)
  }
  return Buffer.concat(parts)
}

/** Standard output alone. */
function unframed(framed: Buffer): Buffer {
  const parts: Buffer[] = []
  let at = 0
  while (at + frame <= framed.length) {
    const length = framed.readUInt32BE(at + 4)
    if (framed[at] === standardOutput) parts.push(framed.subarray(at + frame, at + frame + length))
    at += frame + length
  }
  if (at !== framed.length) throw unbelievable('What a command in the container printed is cut off.')
  return Buffer.concat(parts)
}
