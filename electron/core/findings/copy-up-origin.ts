/** From which lower file overlayfs copied a file up. */
export interface CopyUpOrigin {
  /** Of the lower file system, in hex; all zeros where overlayfs does not need it to know the layer. */
  readonly uuid: string
  readonly inode: string
}

/** Version, magic, length, flags, type, uuid (16). */
const headerLength = 21
const magic = 0xfb
const bigEndian = 1
const ofUpper = 4

/**
 * Reads the value of `trusted.overlay.origin` (bytes, one character each): a `struct ovl_fb` of the kernel's fs/overlayfs/overlayfs.h around a file
 * handle, of which the common kinds begin with an inode's number (include/linux/exportfs.h: FILEID_INO32_GEN 1 and 2, FILEID_INO64_GEN 0x81 and
 * 0x82). Nothing for any other value: a zero-length one means that the origin is not known.
 */
export function copyUpOrigin(value: string): CopyUpOrigin | undefined {
  const byte = (at: number) => value.charCodeAt(at)
  if (value.length < headerLength || byte(0) !== 0 || byte(1) !== magic || byte(2) > value.length)
    return undefined
  if ((byte(3) & (bigEndian | ofUpper)) !== 0) return undefined
  const width = new Map([
    [1, 4],
    [2, 4],
    [0x81, 8],
    [0x82, 8],
  ]).get(byte(4))
  if (width === undefined || value.length < headerLength + width) return undefined
  let inode = 0n
  for (let at = width - 1; at >= 0; at -= 1) inode = inode * 256n + BigInt(byte(headerLength + at))
  let uuid = ''
  for (let at = 5; at < headerLength; at += 1) uuid += byte(at).toString(16).padStart(2, '0')
  return { uuid, inode: String(inode) }
}
