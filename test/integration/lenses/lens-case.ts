import type { ChangeKind, FileType } from '../../../electron/core/changes/change'

/** One thing that can happen in an upper layer, and how the two lenses see it. Paths are relative to its folder. */
export interface LensCase {
  readonly name: string
  /** Scripts that make the image, one a layer, run in the case's folder. */
  readonly layers: readonly string[]
  /** What happens in the container, run in the case's folder. */
  readonly container: string
  /** Every row of the host lens. */
  readonly host: readonly ExpectedChange[]
  /** The engine's rows where it does not see the same paths, and why that is right. */
  readonly engine?: { readonly rows: readonly ExpectedRow[]; readonly why: string }
}

/** The folder of a case in image and container. */
export function folderOf(lensCase: LensCase): string {
  return `/c/${lensCase.name.replaceAll(/[^a-z0-9]+/g, '-')}`
}

/** A row of a listing by what both lenses know; the path as one character a byte. */
export interface ExpectedRow {
  readonly kind: ChangeKind
  readonly path: string
}

/** A row of the host lens with the facts that the case speaks of. */
export interface ExpectedChange extends ExpectedRow {
  readonly type: FileType
  readonly size?: number
  readonly mode?: number
  readonly uid?: number
  readonly linkTarget?: string
}

type Facts = Pick<ExpectedChange, 'size' | 'mode' | 'uid' | 'linkTarget'>

export const added = (type: FileType, path: string, facts: Facts = {}): ExpectedChange =>
  row('added', type, path, facts)
export const modified = (type: FileType, path: string, facts: Facts = {}): ExpectedChange =>
  row('modified', type, path, facts)
export const deleted = (type: FileType, path: string, facts: Facts = {}): ExpectedChange =>
  row('deleted', type, path, facts)

function row(kind: ChangeKind, type: FileType, path: string, facts: Facts): ExpectedChange {
  return { kind, type, path: bytesOf(path), ...facts }
}

/** A name that is not UTF-8, written with one character a byte, marked so that it is not encoded again. */
export function rawBytes(latin1: string): string {
  return `${rawMark}${latin1}`
}

const rawMark = '\u{10fffd}'

/** A path as one character a byte, the way listings are compared. */
export function bytesOf(path: string): string {
  return path.startsWith(rawMark) ? path.slice(rawMark.length) : Buffer.from(path, 'utf8').toString('latin1')
}
