import type { IncomingMessage } from 'node:http'
import { z } from 'zod'
import { failed } from '../../core/failure'
import type { Executed } from '../engine'
import { connectionFailure } from '../http'
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

/** Runs a program as root and gives what it wrote to standard output; no limit of time. */
export async function executeInContainer(
  api: DockerApi,
  id: string,
  command: readonly string[],
  signal: AbortSignal,
): Promise<Executed> {
  const body = { AttachStdout: true, AttachStderr: true, User: '0', Cmd: command }
  const path = `/containers/${containerSegment(id)}/exec`
  const { value } = await api.json(made, { method: 'POST', path, body }, signal)
  const start = {
    method: 'POST',
    path: api.path(`/exec/${value.Id}/start`),
    body: { Detach: false },
  } as const
  const output = unframed(await printed(await api.http.open(start, signal), signal))
  const { value: state } = await api.json(ended, { path: `/exec/${value.Id}/json` }, signal)
  if (state.Running || typeof state.ExitCode !== 'number')
    throw failed('engine-failed', 'The engine lost a command that was running in the container.')
  return { status: state.ExitCode, output }
}

async function printed(answer: IncomingMessage, signal: AbortSignal): Promise<Buffer> {
  const parts: Buffer[] = []
  let length = 0
  try {
    for await (const part of answer as AsyncIterable<Buffer>) {
      length += part.length
      if (length > mostOutput)
        throw failed('engine-answer-invalid', 'A command in the container prints without end.')
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
  for (let at = 0; at + frame <= framed.length;) {
    const length = framed.readUInt32BE(at + 4)
    if (framed[at] === standardOutput) parts.push(framed.subarray(at + frame, at + frame + length))
    at += frame + length
  }
  return Buffer.concat(parts)
}
