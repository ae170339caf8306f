import { failed } from '../../core/base/failure'
import { attributesInTar, tarScript } from './attributes-by-tar'
import { attributesPrinted, getfattrScript, mostPrinted, type RawAttributes } from './attributes-by-getfattr'
import { outputOf } from '../../transport/transport'
import { nulRecords, type HostFiles } from '../host/host-files'
import { withoutLimit } from '../commands/long-paths'
import { plainDialect, type OverlayDialect } from '../host/overlay-dialect'

/** What overlayfs has noted in the extended attributes of one file or directory of a layer: overlayfs.rst. */
export interface OverlayAttributes {
  /** `all`: the directory hides everything below it. `whiteouts`: files in it may be whiteouts by attribute (value `x`). */
  readonly opaque?: 'all' | 'whiteouts'
  /** Where its content is in the layers below: a path from the root, or another name in the same directory. */
  readonly redirect?: string
  /** An empty file with this deletes its namesake in the layers below. */
  readonly whiteout: boolean
  /** Metadata only; the content is in a layer below. */
  readonly metacopy: boolean
  /** A file handle of what was copied up, bytes as they are. */
  readonly origin?: string
}

export const noAttributes: OverlayAttributes = { whiteout: false, metacopy: false }

const marks = getfattrScript('^(trusted|user)\\.(overlay|fuseoverlayfs)\\.')

/** tar complains of what vanished with status 1 or 2, getfattr with 1, which xargs makes 123. */
const someMissing = [1, 2, 123]

/**
 * The attributes of directories (absolute paths, bytes). Those that vanished or have none are left out.
 * @throws FailureError `command-failed`
 */
export async function directoryAttributes(
  host: HostFiles,
  directories: readonly string[],
  signal: AbortSignal,
): Promise<Map<string, OverlayAttributes>> {
  if (directories.length === 0) return new Map()
  if (host.tools.opaque === 'getfattr') return await printed(host, directories, signal)
  const raw = await withoutLimit(host, directories, async (near, some) =>
    attributesInTar(await said(near, tarScript, some, signal)),
  )
  return understood(raw, host.dialect ?? plainDialect)
}

/**
 * The attributes of files. tar is no way to them, because it would read what is in them.
 * @throws FailureError `command-failed`, also on a host without getfattr
 */
export async function fileAttributes(
  host: HostFiles,
  files: readonly string[],
  signal: AbortSignal,
): Promise<Map<string, OverlayAttributes>> {
  if (files.length === 0) return new Map()
  if (!host.tools.getfattr) {
    throw failed(
      'command-failed',
      'These layers mark files by extended attributes, which nothing on this host can read.',
      'Install getfattr (package attr) on the host.',
    )
  }
  return await printed(host, files, signal)
}

async function printed(
  host: HostFiles,
  paths: readonly string[],
  signal: AbortSignal,
): Promise<Map<string, OverlayAttributes>> {
  const raw = await withoutLimit(host, paths, async (near, some) =>
    attributesPrinted(await said(near, marks, some, signal), new Set(some)),
  )
  return understood(raw, host.dialect ?? plainDialect)
}

async function said(
  { transport, elevated }: HostFiles,
  script: string,
  paths: readonly string[],
  signal: AbortSignal,
): Promise<Buffer> {
  const command = {
    name: 'reading what overlayfs notes of files and directories',
    script,
    input: nulRecords(paths),
    elevated,
    accepts: someMissing,
  }
  return await outputOf(transport, command, signal, mostPrinted)
}

/** What overlayfs has noted among all attributes of some paths; those of which it noted nothing are left out. */
export function understood(
  raw: ReadonlyMap<string, RawAttributes>,
  dialect: OverlayDialect,
): Map<string, OverlayAttributes> {
  const all = new Map<string, OverlayAttributes>()
  for (const [path, attributes] of raw) {
    const noted = dialect.driver === 'kernel' ? byKernel(attributes, dialect) : byFuse(attributes)
    if (noted !== undefined) all.set(path, noted)
  }
  return all
}

function byKernel(raw: RawAttributes, { namespace }: OverlayDialect): OverlayAttributes | undefined {
  const valueOf = (name: string) => raw.get(`${namespace}.overlay.${name}`)
  const [opaque, redirect, origin] = [valueOf('opaque'), valueOf('redirect'), valueOf('origin')]
  const whiteout = valueOf('whiteout') !== undefined
  const metacopy = valueOf('metacopy') !== undefined
  if (opaque === undefined && redirect === undefined && origin === undefined && !whiteout && !metacopy)
    return undefined
  return {
    ...(opaque === 'y' ? { opaque: 'all' } : opaque === 'x' ? { opaque: 'whiteouts' } : {}),
    ...(redirect === undefined ? {} : { redirect: believable(redirect) }),
    whiteout,
    metacopy,
    ...(origin === undefined || origin === '' ? {} : { origin }),
  }
}

/**
 * fs/overlayfs/util.c, ovl_get_redirect_xattr: a path from the root without empty segments, or one name. The kernel looks up no
 * `.` and `..` either.
 */
function believable(redirect: string): string {
  const names = redirect.startsWith('/') ? redirect.slice(1).split('/') : [redirect]
  const isName = (name: string) => !['', '.', '..'].includes(name) && !/[/\0]/.test(name)
  if (names.every(isName)) return redirect
  throw failed('command-failed', 'A renamed directory of these layers leads to a path that cannot be meant.')
}

/** fuse-overlayfs takes any of these names for opaque (its main.c), whoever made the layer. It knows no redirects. */
const opaqueOfFuse = ['trusted.overlay.opaque', 'user.overlay.opaque', 'user.fuseoverlayfs.opaque']

function byFuse(raw: RawAttributes): OverlayAttributes | undefined {
  if (!opaqueOfFuse.some((name) => raw.get(name) === 'y')) return undefined
  return { opaque: 'all', whiteout: false, metacopy: false }
}
