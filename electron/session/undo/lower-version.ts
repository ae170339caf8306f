import { isUtf8 } from 'node:buffer'
import { childOf, nameOf, parentOf, rootPath, type BytePath } from '../../core/base/byte-path'
import type { TarHeader } from '../../core/files/tar-header'
import { failed } from '../../core/base/failure'
import type { ContainerDetails, Engine } from '../../engine/engine'
import { rewrittenTar, type RewrittenEntry } from '../../engine/tar/tar-rewriting'
import { openBaseReader } from '../images/base-image'
import type { VersionFacts } from './undo-facts'
import type { UndoStep } from './undo-step'

/** Which path's lower version is put where: under the name `as` in the same directory. */
export interface LowerPut {
  readonly path: BytePath
  readonly as: string
  /** `own-entry`: without what is in it. */
  readonly step: UndoStep
  readonly lower: VersionFacts | undefined
}

/**
 * Copies what an image has at a path, with all below it, into a container, as it comes from one archive into the other. It is unpacked
 * from the root on: an engine looks a hard link's target up from there, and else leaves the file without set-uid and set-gid
 * (moby, pkg/archive, handleLChmod; measured with 20.10).
 * @throws FailureError `engine-failed` for what the engine's archive does not hold
 */
export async function putLowerVersion(
  engine: Engine,
  container: ContainerDetails,
  put: LowerPut,
  signal: AbortSignal,
): Promise<void> {
  // The engine archives nothing for a path that is not UTF-8, and all of it with a directory above.
  let asked = put.path
  while (!isUtf8(Buffer.from(asked, 'latin1'))) asked = parentOf(asked)
  const reader = await openBaseReader(engine, container, signal)
  try {
    const archive = await engine.archive(reader.containerId, asked, signal)
    const renamed = new RenamedEntries(plainName(`${nameOf(asked)}${put.path.slice(asked.length)}`), put)
    const tar = rewrittenTar(archive, (header) => renamed.entry(header))
    await engine.unpack(container.id, rootPath, tar, signal)
    if (!renamed.isFound)
      throw failed('engine-failed', "The engine's archive of the image does not hold the path.")
  } finally {
    await reader.close()
  }
}

/** The wanted entries of an archive under their new names. */
class RenamedEntries {
  readonly #wanted: string
  readonly #put: LowerPut
  /** From the root on. */
  readonly #renamed: string
  isFound = false

  constructor(wanted: string, put: LowerPut) {
    this.#wanted = wanted
    this.#put = put
    this.#renamed = childOf(parentOf(put.path), put.as).slice(1)
  }

  entry(header: TarHeader): RewrittenEntry | undefined | 'end' {
    const { step, lower } = this.#put
    const name = plainName(header.name)
    if (name !== this.#wanted && !name.startsWith(`${this.#wanted}/`)) return this.isFound ? 'end' : undefined
    if (this.isFound && step === 'own-entry') return 'end'
    const isFirst = !this.isFound
    this.isFound = true
    const renamed = {
      name: `${this.#renamed}${name.slice(this.#wanted.length)}${header.typeFlag === '5' ? '/' : ''}`,
    }
    const records = isFirst ? exactTime(lower) : undefined
    if (header.typeFlag !== '1') return records === undefined ? renamed : { ...renamed, records }
    // A further name of a file: what it is one of must come along.
    const linked = plainName(header.linkName)
    if (!linked.startsWith(`${this.#wanted}/`))
      throw failed('engine-failed', 'The path is a further name (hard link) of a file that stays away.')
    return { ...renamed, linkName: `${this.#renamed}${linked.slice(this.#wanted.length)}` }
  }
}

/** An archive has whole seconds (moby, pkg/archive, FileInfoHeader); the host tells thousandths. */
function exactTime(lower: VersionFacts | undefined): ReadonlyMap<string, string> | undefined {
  if (lower === undefined || lower.modifiedAt % 1000 === 0) return undefined
  return new Map([['mtime', (lower.modifiedAt / 1000).toFixed(3)]])
}

/** A name without what it may begin and end with. */
function plainName(name: string): string {
  return name.replace(/^(?:\.?\/)+/, '').replace(/\/$/, '')
}
