import { readdir, readFile, stat } from 'node:fs/promises'
import { dirname, isAbsolute, join } from 'node:path'
import { failed } from '../../../core/base/failure'
import { type ConfigLine, parseConfig } from './config-line'
import { expandTilde } from './expand'
import { homesNamedIn } from './user-homes'

/** How one configuration file is read. */
export interface ConfigFile {
  readonly path: string
  /** `~` in paths, and where the relative ones of a user's file begin. */
  readonly home: string
  /** Where relative paths of `Include` begin; a user's file says `~/.ssh`, the system's its own folder. */
  readonly includeFolder: string
  /** Refuses a file that others may write (readconf.c, SSHCONF_CHECKPERM). */
  readonly checkOwner: boolean
  /** A file that must be there: one that was named by the person. */
  readonly required: boolean
}

const deepestInclude = 16

/**
 * Reads a file and all that it includes, whether it will apply or not.
 * @throws FailureError `invalid-input` for a file that is missing though named, cannot be read, may be written by others,
 * or includes too deeply
 */
export async function readConfigFile(file: ConfigFile, depth = 0): Promise<readonly ConfigLine[]> {
  if (depth > deepestInclude) throw refused(file.path, 'it includes too many files in each other')
  const content = await contentOf(file)
  if (content === undefined) return []
  return Promise.all(
    parseConfig(file.path, content).map(async (line) =>
      line.keyword === 'include' ? { ...line, included: await includedBy(line, file, depth) } : line,
    ),
  )
}

async function includedBy(
  line: ConfigLine,
  file: ConfigFile,
  depth: number,
): Promise<(readonly ConfigLine[])[]> {
  const words = line.words ?? []
  const homes = await homesNamedIn(words)
  const paths = await Promise.all(words.map((word) => filesNamed(anchored(word, file, homes))))
  const parts = paths
    .flat()
    .map((path) => readConfigFile({ ...file, path, checkOwner: true, required: false }, depth + 1))
  return Promise.all(parts)
}

function anchored(path: string, file: ConfigFile, homes: ReadonlyMap<string, string>): string {
  const expanded = expandTilde(path, file.home, homes)
  return isAbsolute(expanded) ? expanded : join(file.includeFolder, expanded)
}

async function contentOf(file: ConfigFile): Promise<string | undefined> {
  try {
    const { uid, mode } = await stat(file.path)
    const mine = process.getuid?.() ?? uid
    if (file.checkOwner && ((uid !== 0 && uid !== mine) || (mode & 0o022) !== 0))
      throw refused(file.path, 'others may write it')
    return await readFile(file.path, 'utf8')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === undefined) throw error
    if ((code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR') && !file.required) return undefined
    throw refused(file.path, String(code))
  }
}

function refused(path: string, why: string): Error {
  return failed(
    'invalid-input',
    `The SSH configuration ${path} cannot be read: ${why}.`,
    'Correct the file or its rights.',
  )
}

/** Files that a pattern of glob(7) names, sorted; a path without a pattern names itself. */
async function filesNamed(pattern: string): Promise<string[]> {
  const parts = pattern.split('/').filter((part) => part !== '')
  let found = ['/']
  for (const part of parts) {
    const next = await Promise.all(found.map((folder) => entriesNamed(folder, part)))
    found = next.flat()
  }
  return found
}

async function entriesNamed(folder: string, part: string): Promise<string[]> {
  if (!/[*?[]/.test(part)) return [join(folder, part)]
  const expression = globExpression(part)
  try {
    const names = await readdir(folder)
    return names
      .filter((name) => expression.test(name) && name.startsWith('.') === part.startsWith('.'))
      .sort()
      .map((name) => join(folder, name))
  } catch (error) {
    // What is no folder, or may not be listed, holds nothing that matches.
    if (error instanceof Error && 'code' in error) return []
    throw error
  }
}

function globExpression(part: string): RegExp {
  const source = part.replace(/\[!?[^\]]+\]|[\s\S]/g, (piece) => {
    if (piece === '*') return '.*'
    if (piece === '?') return '.'
    if (piece.length > 1) return piece.replace('[!', '[^').replaceAll('\\', '\\\\')
    return piece.replace(/[\\^$.*+?()[\]{}|]/, '\\$&')
  })
  return new RegExp(`^${source}$`, 's')
}

const usualSystemConfig = '/etc/ssh/ssh_config'

/** The files that OpenSSH reads, the user's first: with `configFile`, as with `ssh -F`, that one alone. */
export function configFiles(environment: {
  readonly home: string
  readonly configFile?: string
  readonly systemConfigFile?: string
}): readonly ConfigFile[] {
  const { home, configFile, systemConfigFile = usualSystemConfig } = environment
  const user = { home, includeFolder: join(home, '.ssh') }
  if (configFile !== undefined) return [{ ...user, path: configFile, checkOwner: false, required: true }]
  return [
    { ...user, path: join(home, '.ssh/config'), checkOwner: true, required: false },
    {
      home,
      path: systemConfigFile,
      includeFolder: dirname(systemConfigFile),
      checkOwner: false,
      required: false,
    },
  ]
}
