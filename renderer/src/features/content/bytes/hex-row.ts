/** Neighbouring bytes of a row that are all equal to the other version's, or all different from it. */
export interface HexRun {
  readonly hex: string
  readonly text: string
  readonly differs: boolean
}

/** The bytes of a row as they are written beside one another; without another version nothing differs. */
export function hexRuns(
  bytes: Uint8Array,
  other: Uint8Array | undefined,
  offset: number,
  width: number,
): HexRun[] {
  const runs: HexRun[] = []
  const end = Math.min(offset + width, bytes.length)
  let start = offset
  while (start < end) {
    const differs = isDifferent(bytes, other, start)
    let stop = start + 1
    while (stop < end && isDifferent(bytes, other, stop) === differs) stop += 1
    runs.push({ ...written(bytes.subarray(start, stop)), differs })
    start = stop
  }
  return runs
}

function isDifferent(bytes: Uint8Array, other: Uint8Array | undefined, at: number): boolean {
  return other !== undefined && bytes[at] !== other[at]
}

function written(bytes: Uint8Array): Pick<HexRun, 'hex' | 'text'> {
  const hex: string[] = []
  let text = ''
  for (const byte of bytes) {
    hex.push(byte.toString(16).padStart(2, '0'))
    text += byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '·'
  }
  return { hex: hex.join(' '), text }
}

/** An offset with eight digits, or more where it needs them. */
export function hexOffset(offset: number): string {
  return offset.toString(16).padStart(8, '0')
}

const charactersOfOffset = 10
const spareCharacters = 4

/** How many bytes a row can have where so many characters fit beside one another. */
export function bytesPerRow(characters: number, versions: number): number {
  const fits = (bytes: number): boolean =>
    charactersOfOffset + versions * (bytes * 4 + spareCharacters) <= characters
  return [32, 16, 8].find(fits) ?? 4
}
