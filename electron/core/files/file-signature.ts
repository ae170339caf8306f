/** What a file is by the bytes that its format makes it begin with. */
export interface FileSignature {
  readonly kind: 'image' | 'sqlite' | 'archive' | 'elf'
  /** IANA's name, or the one freedesktop.org's shared-mime-info has. */
  readonly mediaType: string
}

interface Rule extends FileSignature {
  /** Bytes by their place in the file, written with one character a byte. */
  readonly parts: readonly (readonly [offset: number, bytes: string])[]
}

function rule(kind: FileSignature['kind'], mediaType: string, ...parts: Rule['parts']): Rule {
  return { kind, mediaType, parts }
}

/** Bytes as each format's own specification has them. Images are those that a browser draws. */
const rules: readonly Rule[] = [
  rule('image', 'image/png', [0, '\x89PNG\r\n\x1a\n']),
  rule('image', 'image/jpeg', [0, '\xff\xd8\xff']),
  rule('image', 'image/gif', [0, 'GIF87a']),
  rule('image', 'image/gif', [0, 'GIF89a']),
  rule('image', 'image/webp', [0, 'RIFF'], [8, 'WEBP']),
  rule('image', 'image/avif', [4, 'ftypavif']),
  // BITMAPFILEHEADER: after the type and the size, two reserved fields that are zero.
  rule('image', 'image/bmp', [0, 'BM'], [6, '\0\0\0\0']),
  rule('image', 'image/vnd.microsoft.icon', [0, '\0\0\x01\0'], [9, '\0']),
  rule('sqlite', 'application/vnd.sqlite3', [0, 'SQLite format 3\0']),
  rule('elf', 'application/x-elf', [0, '\x7fELF']),
  rule('archive', 'application/zip', [0, 'PK\x03\x04']),
  rule('archive', 'application/zip', [0, 'PK\x05\x06']),
  rule('archive', 'application/gzip', [0, '\x1f\x8b\x08']),
  rule('archive', 'application/x-bzip2', [0, 'BZh'], [4, '1AY&SY']),
  rule('archive', 'application/x-xz', [0, '\xfd7zXZ\0']),
  rule('archive', 'application/zstd', [0, '\x28\xb5\x2f\xfd']),
  rule('archive', 'application/x-lz4', [0, '\x04\x22\x4d\x18']),
  rule('archive', 'application/x-7z-compressed', [0, "7z\xbc\xaf'\x1c"]),
  rule('archive', 'application/vnd.rar', [0, 'Rar!\x1a\x07']),
  rule('archive', 'application/x-tar', [257, 'ustar']),
  rule('archive', 'application/x-archive', [0, '!<arch>\n']),
  rule('archive', 'application/x-rpm', [0, '\xed\xab\xee\xdb']),
  rule('archive', 'application/x-cpio', [0, '070701']),
  rule('archive', 'application/x-cpio', [0, '070702']),
]

/** The signature of a file by its first bytes (300 are enough); nothing for text and for what is not in the table. */
export function fileSignature(start: Uint8Array): FileSignature | undefined {
  const found = rules.find(({ parts }) => parts.every(([offset, bytes]) => standsAt(start, offset, bytes)))
  return found === undefined ? undefined : { kind: found.kind, mediaType: found.mediaType }
}

function standsAt(content: Uint8Array, offset: number, bytes: string): boolean {
  for (let at = 0; at < bytes.length; at += 1) {
    if (content[offset + at] !== bytes.charCodeAt(at)) return false
  }
  return true
}
