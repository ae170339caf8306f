import { createHash } from 'node:crypto'
import { bytePath, parentOf, rootPath, type BytePath } from '../../core/base/byte-path'
import { fileCapabilities, forAnyRoot } from '../../core/files/file-capabilities'
import type { Attributes } from '../../core/changes/path-facts'
import { tarFileType } from '../../core/files/tar-header'
import type { VersionFacts } from '../../core/changes/version-difference'
import { tarEntries } from '../../engine/tar/tar-entries'

/** One path in the archive of a whole file system. */
export interface ArchivedFile {
  readonly path: BytePath
  readonly facts: VersionFacts
  /** Of a file's content, else empty. */
  readonly digest: string
  /** The name under which the file's content came before; the facts are then none. */
  readonly furtherNameOf?: BytePath
}

const none: VersionFacts = { type: 'file' }

/** Reads an archive of a root, leaving out some paths and all below them. */
export async function* archivedFiles(
  archive: AsyncIterable<Buffer>,
  leftOut: ReadonlySet<BytePath>,
): AsyncGenerator<ArchivedFile> {
  for await (const { header, content } of tarEntries(archive)) {
    const path = pathIn(header.name)
    if (isBelow(path, leftOut)) continue
    const type = tarFileType(header)
    if (type === undefined) {
      yield { path, facts: none, digest: '', furtherNameOf: pathIn(header.linkName) }
      continue
    }
    const { mode, uid, gid, modifiedAt, linkName, device, attributes } = header
    const known = { type, mode, uid, gid, modifiedAt, device, attributes: inArchive(attributes) }
    const facts =
      type === 'symlink'
        ? { ...known, size: linkName.length, linkTarget: linkName }
        : { ...known, size: header.size }
    yield { path, facts, digest: type === 'file' ? await digestOf(content) : '' }
  }
}

/** Attributes as two archives of one engine can be held against each other. */
export function inArchive(attributes: Attributes): Attributes {
  const capabilities = attributes.get(fileCapabilities)
  if (capabilities === undefined) return attributes
  return new Map([...attributes, [fileCapabilities, forAnyRoot(capabilities)]])
}

export async function digestOf(content: AsyncIterable<Buffer>): Promise<string> {
  const hash = createHash('sha256')
  for await (const part of content) hash.update(part)
  return hash.digest('base64')
}

/** Engines begin names with `/`, `../` or nothing, and end those of directories with a slash. */
function pathIn(name: string): BytePath {
  const inner = name.replace(/^(?:\.?\/)+/, '').replace(/\/$/, '')
  return inner === '' || inner === '.' ? rootPath : bytePath(`/${inner}`)
}

function isBelow(path: BytePath, directories: ReadonlySet<BytePath>): boolean {
  for (let at = path; at !== rootPath; at = parentOf(at)) if (directories.has(at)) return true
  return false
}
