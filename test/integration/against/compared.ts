import {
  aspectsIn,
  changeKinds,
  type Change,
  type ChangeAspect,
  type ChangeNote,
  type Lens,
} from '../../../electron/core/changes/change'
import { changesAgainst } from '../../../electron/session/changes/changes-against'
import type { HostSession } from '../../../electron/session/host/host-session'
import type { LaminaUnderTest } from '../../builders/lamina-under-test'
import { eventually } from '../../engines/wait'

/** A row of a comparison with all that both looks found out; the size only of files. */
export interface ComparedRow {
  readonly path: string
  readonly kind: string
  readonly type: string
  readonly size?: number
  readonly aspects?: readonly ChangeAspect[]
  readonly unsure?: true
}

/** The whole comparison of a container with an image, in the order of its paths. */
export async function compared(
  session: HostSession,
  containerId: string,
  image: string,
  lens: Lens | undefined,
): Promise<{ rows: ComparedRow[]; reason?: string | undefined; lens: Lens; against: { id: string } }> {
  const signal = AbortSignal.timeout(60_000)
  const container = await (await session.engine(signal)).container(containerId, signal)
  const { batches, notes, ...told } = await changesAgainst(session, container, image, lens, signal)
  const changes: Change[] = []
  for await (const batch of batches) changes.push(...batch)
  const found: ChangeNote[] = []
  for await (const batch of notes?.(signal) ?? []) found.push(...batch)
  return { ...told, rows: changes.map((change) => rowOf(change, found)).sort(byPath) }
}

function rowOf(change: Change, notes: readonly ChangeNote[]): ComparedRow {
  const { path, kind, type, size, aspects } = change
  const note = notes.find((one) => one.kind === 'content' && one.path === path)
  const content = note?.kind === 'content' && !note.same ? ['content' as const] : []
  return {
    path,
    kind,
    type,
    ...(type === 'file' && size !== undefined ? { size } : {}),
    ...(aspects === undefined ? {} : { aspects: [...content, ...aspectsIn(aspects)] }),
    ...(change.contentUnsure === true && note === undefined ? { unsure: true } : {}),
  }
}

/** The same through the operations: only what the lines of the tree say, and which image it is. */
export async function openedAgainst(
  lamina: LaminaUnderTest,
  input: { hostId: string; containerId: string; against: string; lens: Lens },
): Promise<{ rows: ComparedRow[]; against: { id: string; references: string[] } | undefined }> {
  const progress = lamina.events('changes.progressed')
  const { listingId, against } = await lamina.value('changes.open', input)
  const last = await eventually(
    () => progress.find((one) => one.listingId === listingId && one.state !== 'reading'),
    { what: 'the listing to end' },
  )
  if (last.failure !== undefined) throw new Error(last.failure.message)
  const { rows } = await lamina.value('changes.rows', {
    listingId,
    open: true,
    toggled: [],
    kinds: [...changeKinds],
    search: '',
    sort: 'name',
    descending: false,
    offset: 0,
    limit: 1000,
  })
  await lamina.value('changes.close', { listingId })
  const listed = rows.flatMap(({ path, pathBytes, kind, type, size }) =>
    kind === undefined
      ? []
      : [
          {
            path: (pathBytes === undefined ? Buffer.from(path) : Buffer.from(pathBytes, 'base64')).toString(
              'latin1',
            ),
            kind,
            type,
            ...(type === 'file' && size !== undefined ? { size } : {}),
          },
        ],
  )
  return { rows: listed.sort(byPath), against }
}

function byPath(a: { path: string }, b: { path: string }): number {
  return a.path < b.path ? -1 : 1
}
