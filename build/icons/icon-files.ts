/** A square PNG and the length of its side. */
export interface IconImage {
  readonly size: number
  readonly png: Buffer
}

/** A Windows icon of PNG images (ICONDIR and ICONDIRENTRY, "Icons", learn.microsoft.com); 256 is written as 0. */
export function icoFile(images: readonly IconImage[]): Buffer {
  const head = Buffer.alloc(6 + 16 * images.length)
  head.writeUInt16LE(1, 2)
  head.writeUInt16LE(images.length, 4)
  let offset = head.length
  images.forEach(({ size, png }, at) => {
    const entry = 6 + 16 * at
    head.writeUInt8(size % 256, entry)
    head.writeUInt8(size % 256, entry + 1)
    head.writeUInt16LE(1, entry + 4)
    head.writeUInt16LE(32, entry + 6)
    head.writeUInt32LE(png.length, entry + 8)
    head.writeUInt32LE(offset, entry + 12)
    offset += png.length
  })
  return Buffer.concat([head, ...images.map(({ png }) => png)])
}

// Apple's types of PNG images by their side; the second is the same as an image of half the side for denser screens.
const appleTypes: Readonly<Record<number, readonly string[]>> = {
  32: ['ic11'],
  64: ['ic12'],
  128: ['ic07'],
  256: ['ic08', 'ic13'],
  512: ['ic09', 'ic14'],
  1024: ['ic10'],
}

/** A macOS icon of PNG images ("Apple Icon Image format", Wikipedia). Sizes that it has no type for are left out. */
export function icnsFile(images: readonly IconImage[]): Buffer {
  const parts = images.flatMap(({ size, png }) => (appleTypes[size] ?? []).map((type) => block(type, png)))
  return block('icns', Buffer.concat(parts))
}

/** A type of four letters, the length with these eight bytes, and the content. */
function block(type: string, content: Buffer): Buffer {
  const head = Buffer.alloc(8)
  head.write(type, 'latin1')
  head.writeUInt32BE(8 + content.length, 4)
  return Buffer.concat([head, content])
}
