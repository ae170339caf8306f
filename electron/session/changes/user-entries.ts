import { rootPath, type BytePath } from '../../core/base/byte-path'
import type { Lens } from '../../core/changes/change'
import type { ContainerDetails } from '../../engine/engine'
import type { ContainerFiles, HostSession } from '../host/host-session'
import { asPath } from '../mounts/mount-places'
import { openContent, type ContentPlace } from '../content/path-content'

/** How many bytes of such a file are looked at; a longer one is never taken for the engine's. */
const most = 256 * 1024

/** Files to which an engine adds the container's user, and what it adds (libpod, container_internal_common.go: generatePasswdAndGroup). */
const entries: Readonly<Record<string, (user: string, group: string) => RegExp>> = {
  '/etc/passwd': (user) => new RegExp(String.raw`^\n?${user}:\*:${user}:\d+:[^:\n]*:[^:\n]*:[^:\n]*\n$`),
  '/etc/group': (user, group) => new RegExp(String.raw`^\n?${group}:x:${group}:${user}\n$`),
}

/**
 * The files that differ from the image's by the line alone which the engine added for the container's user, with their sizes. Anything
 * else in them was written by somebody.
 */
export async function filesWithUser(
  session: HostSession,
  container: ContainerDetails,
  { files, lens }: { files?: ContainerFiles; lens: Lens },
  signal: AbortSignal,
): Promise<Map<BytePath, number>> {
  const found = new Map<BytePath, number>()
  if (!container.addsUser) return found
  const [user = '', group = user] = container.user.split(':')
  if (!/^[\w.-]+$/.test(user) || !/^[\w.-]+$/.test(group)) return found
  for (const [name, line] of Object.entries(entries)) {
    const path = asPath(name)
    const read = async (side: ContentPlace['side']) =>
      await textOf(session, { container, path, side, ...(files && { files }) }, lens, signal)
    const now = await read('upper')
    if (now === undefined) continue
    const then = (await read('lower')) ?? ''
    if (now.startsWith(then) && line(user, group).test(now.slice(then.length))) found.set(path, now.length)
  }
  return found
}

async function textOf(
  session: HostSession,
  place: ContentPlace,
  lens: Lens,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { found } = await openContent(session, place, { offset: 0, length: most + 1 }, lens, signal)
  if (found === undefined) return undefined
  try {
    if (found.type !== 'file' || place.path === rootPath) return undefined
    const parts: Buffer[] = []
    for await (const part of found.content) parts.push(part)
    const all = Buffer.concat(parts)
    return all.length > most ? undefined : all.toString('latin1')
  } finally {
    await found.close()
  }
}
