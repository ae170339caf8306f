import type { ChangeRow } from '../changes/changes'

export type Side = 'upper' | 'lower'

/** The path whose content is looked at, as its row stood when it was chosen. */
export interface ContentSubject {
  readonly hostId: string
  readonly containerId: string
  readonly row: ChangeRow
  /** The image that the listing is compared with where it is not the container's own. */
  readonly against?: string
}

/** Which versions of a path there are to read; a directory has no content, unless it took the place of something. */
export function sidesToRead({ kind, type }: ChangeRow): readonly Side[] {
  switch (kind) {
    case 'added':
      return type === 'directory' ? [] : ['upper']
    case 'deleted':
      return type === 'directory' ? [] : ['lower']
    case 'modified':
      return ['lower', 'upper']
    case undefined:
      return []
  }
}

export function isSamePath(one: ContentSubject, other: ContentSubject): boolean {
  return (
    one.hostId === other.hostId &&
    one.containerId === other.containerId &&
    one.against === other.against &&
    one.row.path === other.row.path &&
    one.row.pathBytes === other.row.pathBytes
  )
}

/** Whether another listing of the same path says that its content may be another one. A directory's size is of what is below it. */
export function isOtherContent(one: ChangeRow, other: ChangeRow): boolean {
  const hasOtherSize = other.type !== 'directory' && one.size !== other.size
  return hasOtherSize || one.modifiedAt !== other.modifiedAt || isOtherThing(one, other)
}

/** Whether there are other versions now, or something else stands at the path. */
export function isOtherThing(one: ChangeRow, other: ChangeRow): boolean {
  return one.kind !== other.kind || one.type !== other.type
}

/** The path as the contract takes it. */
export function pathInput({ hostId, containerId, row, against }: ContentSubject) {
  const { path, pathBytes } = row
  return {
    hostId,
    containerId,
    path,
    ...(pathBytes === undefined ? {} : { pathBytes }),
    ...(against === undefined ? {} : { against }),
  }
}
