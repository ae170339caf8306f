import { bytePath, rootPath, type BytePath } from '../../core/base/byte-path'
import type { Change } from '../../core/changes/change'
import { tarFileType } from '../../core/files/tar-header'
import type { Engine } from '../../engine/engine'
import { tarEntries } from '../../engine/tar/tar-entries'

/** What some paths are in the archive of a container's root, which is read until all of them came. */
export async function directoriesInArchive(
  engine: Engine,
  containerId: string,
  paths: readonly BytePath[],
  signal: AbortSignal,
): Promise<Map<BytePath, Pick<Change, 'type' | 'mode' | 'uid' | 'gid'>>> {
  const facts = new Map<BytePath, Pick<Change, 'type' | 'mode' | 'uid' | 'gid'>>()
  const wanted = new Set(paths)
  for await (const { header } of tarEntries(await engine.archive(containerId, rootPath, signal))) {
    const path = bytePath(`/${header.name.replace(/^(?:\.?\/)+/, '').replace(/\/$/, '')}`)
    if (!wanted.delete(path)) continue
    const { mode, uid, gid } = header
    facts.set(path, { type: tarFileType(header) ?? 'unknown', mode, uid, gid })
    if (wanted.size === 0) break
  }
  return facts
}
