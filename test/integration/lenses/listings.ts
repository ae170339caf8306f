import { request } from 'node:http'
import { z } from 'zod'
import type { OperationOutput } from '../../../electron/contract/contract'
import type { ExpectedRow } from './lens-case'

export type ListedChange = OperationOutput<'changes.list'>['changes'][number]

/** A listed path as one character a byte. */
export function pathOf(change: ListedChange): string {
  const bytes =
    change.pathBytes === undefined ? Buffer.from(change.path) : Buffer.from(change.pathBytes, 'base64')
  return bytes.toString('latin1')
}

/** The rows below a folder, by path relative to it and kind, in the order of their bytes. */
export function rowsBelow(folder: string, changes: readonly ListedChange[]): ExpectedRow[] {
  return inOrder(
    changes
      .filter((change) => pathOf(change).startsWith(`${folder}/`))
      .map((change) => ({ kind: change.kind, path: pathOf(change).slice(folder.length + 1) })),
  )
}

/** Sorted by path, then kind; nothing but path and kind kept. */
export function inOrder(rows: readonly ExpectedRow[]): ExpectedRow[] {
  const key = (row: ExpectedRow): string => `${row.path}\0${row.kind}`
  return rows
    .map(({ kind, path }) => ({ kind, path }))
    .sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0))
}

const engineChanges = z.array(z.object({ Path: z.string(), Kind: z.number() })).nullable()
const kinds = ['modified', 'added', 'deleted'] as const

/**
 * What `docker diff` shows, asked for on the socket: the command prints a name with a newline as two lines. With
 * `withoutLeading`, modified rows that lead to another row are left out.
 */
export async function dockerDiff(socketPath: string, container: string): Promise<ExpectedRow[]> {
  const text = await get(socketPath, `/containers/${container}/changes`)
  const changes = engineChanges.parse(JSON.parse(text)) ?? []
  return inOrder(
    changes.map(({ Path, Kind }) => ({
      kind: kinds[Kind] ?? 'modified',
      path: Buffer.from(Path, 'utf8').toString('latin1'),
    })),
  )
}

/** Leaves out modified rows that are a directory above another row. */
export function withoutLeading(rows: readonly ExpectedRow[]): ExpectedRow[] {
  return rows.filter(
    (row) => row.kind !== 'modified' || !rows.some((other) => other.path.startsWith(`${row.path}/`)),
  )
}

function get(socketPath: string, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath, path }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')))
    })
    asked.on('error', reject)
    asked.end()
  })
}
