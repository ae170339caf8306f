import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { tarFileType } from '../../../../electron/core/files/tar-header'
import { tarEntries } from '../../../../electron/engine/tar/tar-entries'

let folder: string
const long = `${'long-name-'.repeat(20)}end`
const make = `mkdir d; printf hello >d/file; : >d/empty; head -c 70000 /dev/zero | tr '\\0' x >d/big
ln d/file d/hard; ln -s "$(printf 'caf\\351')" d/link; mkfifo d/pipe; mknod d/null c 1 3
printf one >"$(printf 'd/caf\\351')"; printf two >"$(printf 'd/caf\\350')"; echo x >"$(printf 'd/new\\nline')"
echo x >d/${long}; ln -s ${long}${long} d/far; chmod 4751 d/file; truncate -s 10G d/sparse`

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lamina-tar-'))
  execFileSync('sh', ['-euc', make], { cwd: folder })
})

afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})

function tar(format: string, ...more: readonly string[]): Buffer {
  const flags = ['--format', format, '--owner=7', '--group=8', '--mtime=2026-01-02 03:04:05Z', '--sort=name']
  return execFileSync('tar', ['-c', ...flags, ...more, 'd'], { cwd: folder, maxBuffer: 1e9 })
}

async function* inParts(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield await Promise.resolve(bytes.subarray(at, at + size))
}

async function read(archive: Buffer, part = 1 << 20): Promise<Map<string, string>> {
  const found = new Map<string, string>()
  for await (const { header, content } of tarEntries(inParts(archive, part))) {
    let text = ''
    for await (const bytes of content) text += bytes.toString('latin1')
    const { name, linkName, mode, uid, gid, modifiedAt } = header
    expect([uid, gid, modifiedAt]).toEqual([7, 8, Date.parse('2026-01-02T03:04:05Z')])
    found.set(name, `${tarFileType(header) ?? 'hard link'} ${mode.toString(8)} ${linkName} ${text}`)
  }
  return found
}

describe.each(['gnu', 'pax'])('an archive in the format %s', (format) => {
  const withoutSparse = ['--exclude=sparse']

  it('is read with every name exact', async () => {
    const found = await read(tar(format, ...withoutSparse))
    expect(found.get('d/file')).toBe('file 4751  hello')
    expect(found.get('d/hard')).toBe('hard link 4751 d/file ')
    expect(found.get('d/link')).toBe('symlink 777 caf\xe9 ')
    expect(found.get('d/caf\xe9')).toContain('one')
    expect(found.get('d/caf\xe8')).toContain('two')
    expect(found.get('d/new\nline')).toContain('x')
    expect(found.get(`d/${long}`)).toContain('x')
    expect(found.get('d/far')).toBe(`symlink 777 ${long}${long} `)
    expect(found.get('d/big')).toHaveLength('file 644  '.length + 70_000)
    expect(found.get('d/pipe')).toMatch(/^fifo/)
    expect(found.get('d/null')).toMatch(/^character-device/)
    expect(found.get('d/')).toMatch(/^directory/)
    expect(found.size).toBe(13)
  })

  it('is the same in whatever parts it comes, and where contents are not read', async () => {
    const archive = tar(format, ...withoutSparse)
    const whole = await read(archive)
    for (const part of [1, 7, 511, 512, 513]) expect(await read(archive, part)).toEqual(whole)
    const names: string[] = []
    for await (const { header } of tarEntries(inParts(archive, 4096))) names.push(header.name)
    expect(names).toEqual([...whole.keys()])
  })

  it('that ends anywhere before its end fails', async () => {
    const archive = tar(format, ...withoutSparse, '--exclude=big')
    const zeros = /\0*$/.exec(archive.toString('latin1'))?.[0].length ?? 0
    for (let length = 0; length < archive.length - zeros; length += 97) {
      const cutOff = read(archive.subarray(0, length))
      await expect(cutOff).rejects.toMatchObject({ failure: { kind: 'engine-failed' } })
    }
  })

  it('is ended when nobody wants the rest', async () => {
    let isClosed = false
    async function* endless() {
      try {
        yield* inParts(tar(format, ...withoutSparse), 512)
        throw new Error('it was read to its end')
      } finally {
        isClosed = true
      }
    }
    for await (const { header } of tarEntries(endless())) if (header.name === 'd/big') break
    expect(isClosed).toBe(true)
  })
})

describe('a size', () => {
  it.each(['gnu', 'pax'])('of ten gigabytes is told in the format %s', async (format) => {
    // The beginning alone: an archiver that is cut off has written the header by then.
    const script = `tar -c --format ${format} d/sparse | head -c 4096`
    const start = execFileSync('sh', ['-c', script], { cwd: folder })
    for await (const { header } of tarEntries(inParts(start, 4096))) {
      expect(header.size).toBe(10 * 1024 ** 3)
      break
    }
    expect.assertions(1)
  })
})

it('what is no archive is refused', async () => {
  for (const bytes of [Buffer.alloc(2048, 'x'), Buffer.from(`{"message":"${'no'.repeat(400)}"}`)])
    await expect(read(bytes)).rejects.toMatchObject({ failure: { kind: 'engine-answer-invalid' } })
})
