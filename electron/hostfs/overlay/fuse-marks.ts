import { whiteoutPrefix } from '../../core/changes/whiteout'

/** Whether fuse-overlayfs takes a name for a mark, which nobody sees. */
export function isFuseMark(name: string): boolean {
  return name.startsWith(whiteoutPrefix)
}

/** Marks that speak of other marks. */
export function isMarkOfMark(name: string): boolean {
  return name.startsWith(whiteoutPrefix.repeat(2))
}
