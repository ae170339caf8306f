import { fileSignature } from '../../core/files/file-signature'
import { textEncoding, type ContentPart, type TextEncoding } from './text-encoding'

/** What some content is, told from its own bytes and never from a name. */
export interface ContentKind {
  readonly kind: 'text' | 'image' | 'sqlite' | 'archive' | 'elf' | 'binary' | 'none'
  readonly encoding?: TextEncoding
  readonly mediaType?: string
}

/** Formats are told by how a file begins, so a later part of one is text or binary. */
export function contentKind(part: ContentPart): ContentKind {
  const signature = part.begins ? fileSignature(part.bytes) : undefined
  if (signature !== undefined) return signature
  const encoding = textEncoding(part)
  return encoding === undefined ? { kind: 'binary' } : { kind: 'text', encoding }
}
