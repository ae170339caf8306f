import { parentOf, rootPath, type BytePath } from '../../core/base/byte-path'
import type { MadeByEngine } from '../../core/changes/runtime-paths'
import type { ContainerDetails } from '../../engine/engine'
import { configuredMounts } from '../../engine/podman/runtime-config'
import { readSmallFile } from '../../hostfs/commands/small-file'
import { followedPaths, type LinkLook } from '../mounts/followed-links'
import type { ContainerFiles, HostSession } from '../host/host-session'
import { hostOrEngine } from '../host/host-or-engine'
import { asPath, linksOnHost, linksThroughEngine } from '../mounts/mount-places'
import { unlessFailed } from '../base/unless-failed'
import { filesWithUser } from './user-entries'

type OnHost = Extract<ContainerFiles, { works: true }>

/**
 * What the engine made in a container's own layer, by the host's files. A place for a mount was made by the links of then, and these may be others
 * by now: those of the layers below count too.
 * @throws FailureError `command-failed`
 */
export async function madeOnHost(
  session: HostSession,
  container: ContainerDetails,
  files: OnHost,
  signal: AbortSignal,
): Promise<MadeByEngine> {
  const { upper, lower } = files.directories
  const looks = [[upper, ...lower], lower].map((layers) => linksOnHost(files, layers, signal))
  const more =
    container.runtimeConfig === undefined ? [] : await configured(files, container.runtimeConfig, signal)
  const [made, withUser] = await Promise.all([
    madeAt(container, more, looks),
    unlessFailed(filesWithUser(session, container, { files, lens: 'host' }, signal)),
  ])
  return { ...made, files: withUser ?? made.files }
}

/**
 * The same for rows of the engine's. Links are looked up on the host where its files can be read: an engine that is asked about a stopped container
 * mounts it, and may put places for mounts there (Docker).
 */
export async function madeThroughEngine(
  session: HostSession,
  container: ContainerDetails,
  files: ContainerFiles,
  signal: AbortSignal,
): Promise<MadeByEngine> {
  const throughEngine = async () => {
    const look = linksThroughEngine(await session.engine(signal), container.id, signal)
    const [made, withUser] = await Promise.all([
      madeAt(container, [], [look]),
      unlessFailed(filesWithUser(session, container, { lens: 'engine' }, signal)),
    ])
    return { ...made, files: withUser ?? made.files }
  }
  return await hostOrEngine(files, (there) => madeOnHost(session, container, there, signal), throughEngine)
}

async function configured({ files }: OnHost, file: string, signal: AbortSignal): Promise<string[]> {
  return configuredMounts((await unlessFailed(readSmallFile(files, file, signal))) ?? '')
}

async function madeAt(
  { mounts, engineMounts, engineLinks, workingDirectory, workingDirectoryOf, user }: ContainerDetails,
  more: readonly string[],
  looks: readonly LinkLook[],
): Promise<MadeByEngine> {
  const asked = [...mounts, ...engineMounts].map(({ destination }) => destination)
  const further = more.map(asPath).filter((path) => !isInSystem(path))
  const mountPoints = [...new Set([...asked.map(asPath), ...further])]
  const working = [asPath(workingDirectory)]
  const links = [...engineLinks].map(([path, target]) => [asPath(path), target] as const)
  // Of a link its own place counts, and not where it leads.
  const all = [...mountPoints, ...working, ...links.map(([path]) => parentOf(path))]
  const followed = await Promise.all(looks.map((look) => followedPaths(all, look)))
  const places = (path: BytePath) =>
    followed.map((way) => way.get(path) ?? path).filter((at) => at !== rootPath)
  return {
    mountPoints: mountPoints.flatMap(places),
    workingDirectories: working.flatMap(places),
    isOwner: (uid, gid) => workingDirectoryOf === 'user' && isUser(user, uid, gid),
    links: new Map(
      links.flatMap(([path, target]) =>
        followed.map(
          (way) =>
            [
              `${way.get(parentOf(path)) ?? parentOf(path)}${path.slice(parentOf(path).length)}` as BytePath,
              target,
            ] as const,
        ),
      ),
    ),
    files: new Map(),
  }
}

/** What the runtime mounts unasked below what the kernel shows has no place in any layer. */
function isInSystem(path: BytePath): boolean {
  return ['/dev/', '/proc/', '/sys/'].some((system) => path.startsWith(system))
}

/** What stands in the image under a name is not looked up: any owner fits it. */
function isUser(user: string, uid: number, gid: number): boolean {
  const [name = '', group = ''] = user.split(':')
  const fits = (text: string, id: number) => !/^\d+$/.test(text) || Number(text) === id
  return name !== '' && fits(name, uid) && fits(group, gid)
}
