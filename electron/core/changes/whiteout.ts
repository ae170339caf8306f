import { childOf, nameOf, parentOf, type BytePath } from '../base/byte-path'
import type { ChangeWarning } from './change'

/** OCI image-spec, layer.md "Whiteouts": an entry with this prefix deletes its namesake in the layers below. */
export const whiteoutPrefix = '.wh.'

/** The same place, "Opaque Whiteout": an entry with this name hides all that the layers below have in its directory. */
export const opaqueMark = '.wh..wh..opq'

/** For a real file in an upper directory that the engine's tar would turn into a deletion. */
export function whiteoutNameWarning(path: BytePath): ChangeWarning | undefined {
  const name = nameOf(path)
  if (!name.startsWith(whiteoutPrefix)) return undefined
  return { kind: 'whiteout-name', path, deletes: childOf(parentOf(path), name.slice(whiteoutPrefix.length)) }
}

/** overlayfs.rst "whiteouts and opaque directories": a character device with device number 0:0. */
export function isOverlayWhiteout(entry: { type: string; major: number; minor: number }): boolean {
  return entry.type === 'character-device' && entry.major === 0 && entry.minor === 0
}
