import type { ContentFacts } from '../../../stores/content/content-version'

export type TextEncodingName = NonNullable<ContentFacts['encoding']>

/** Bytes as text. What does not decode becomes U+FFFD, but for a character that a part ends in the middle of. */
export function decodedText(bytes: Uint8Array, encoding: TextEncodingName, isWhole: boolean): string {
  if (encoding === 'latin1') return latin1Text(bytes)
  return new TextDecoder(encoding).decode(bytes, { stream: !isWhole })
}

/** `TextDecoder` takes the name for windows-1252 (WHATWG Encoding, 4.2), which has other characters at 0x80 to 0x9f. */
function latin1Text(bytes: Uint8Array): string {
  const parts: string[] = []
  // So many arguments any engine takes.
  for (let at = 0; at < bytes.length; at += 8192)
    parts.push(String.fromCharCode(...bytes.subarray(at, at + 8192)))
  return parts.join('')
}
