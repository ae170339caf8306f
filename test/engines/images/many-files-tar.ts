/** A tar of `count` small files in folders of 1000 below `root` (relative), made in memory: no file is written. */
export function manyFilesTar(root: string, count: number): Buffer {
  const blocks: Buffer[] = []
  const folders = root.split('/').map((_, index, parts) => parts.slice(0, index + 1).join('/'))
  for (const folder of folders) blocks.push(header(`${folder}/`, 0, '5'))
  for (let number = 0; number < count; number += 1) {
    const folder = `${root}/${Math.floor(number / 1000)}`
    if (number % 1000 === 0) blocks.push(header(`${folder}/`, 0, '5'))
    const content = Buffer.from(`file ${number} of ${count}\n`)
    blocks.push(header(`${folder}/file-${number}.txt`, content.length, '0'), padded(content))
  }
  blocks.push(Buffer.alloc(1024))
  return Buffer.concat(blocks)
}

/** A tar of a few files by their paths and contents; a path that ends with a slash is a directory. Made in memory. */
export function smallTar(files: Readonly<Record<string, string>>): Buffer {
  const blocks = Object.entries(files).flatMap(([path, text]) => {
    const content = Buffer.from(text)
    return [header(path, content.length, path.endsWith('/') ? '5' : '0'), padded(content)]
  })
  return Buffer.concat([...blocks, Buffer.alloc(1024)])
}

// POSIX.1-1988 ustar: 512 bytes, numbers in octal, the checksum taken with its own field as spaces.
function header(name: string, size: number, type: '0' | '5'): Buffer {
  const block = Buffer.alloc(512)
  const octal = (value: number, at: number, length: number): void => {
    block.write(`${value.toString(8).padStart(length - 1, '0')}\0`, at, 'latin1')
  }
  block.write(name, 0, 100, 'latin1')
  octal(type === '5' ? 0o755 : 0o644, 100, 8)
  octal(0, 108, 8)
  octal(0, 116, 8)
  octal(size, 124, 12)
  octal(1_767_323_045, 136, 12)
  block.fill(' ', 148, 156)
  block.write(type, 156, 'latin1')
  block.write('ustar\x0000', 257, 'latin1')
  octal(
    block.reduce((sum, byte) => sum + byte, 0),
    148,
    7,
  )
  return block
}

function padded(content: Buffer): Buffer {
  return Buffer.concat([content, Buffer.alloc((512 - (content.length % 512)) % 512)])
}
