import { createHash } from 'node:crypto'
import { access, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { failed } from '../core/failure'
import { smallText } from './small-file'

/** What Docker's CLI writes into `meta.json` of a context, as far as it matters here (docker/cli, cli/context/store). */
const metadata = z.object({
  Name: z.string().min(1),
  Endpoints: z.object({ docker: z.object({ Host: z.string() }).optional() }),
})

const usualSockets = ['unix:///var/run/docker.sock', 'unix:///run/docker.sock']

export interface DockerContexts {
  /** Contexts of hosts over SSH, and of this machine's other sockets; `host` is the address as Docker has it, not yet checked. */
  readonly contexts: readonly { readonly name: string; readonly host: string }[]
  /** Which contexts could not be read, a sentence each. */
  readonly warnings: readonly string[]
}

type Read = { readonly name: string; readonly host: string } | { readonly warning: string } | undefined

/** A context as it is to be connected to; `tls`: it has certificates. */
export interface CurrentContext {
  readonly name: string
  /** As Docker has it, not yet checked. */
  readonly host: string
  readonly tls: boolean
}

/** The folder of Docker's CLI: `DOCKER_CONFIG`, or `.docker` below the home folder. */
export function dockerFolder(env: NodeJS.ProcessEnv, home: string): string {
  return env['DOCKER_CONFIG'] || join(home, '.docker')
}

/**
 * The context that Docker's CLI would use without `DOCKER_HOST`, by the CLI's own order (docker/cli, cli/command, resolveContextName): `DOCKER_CONTEXT`,
 * then the one that `docker context use` chose. Nothing where that is the default one, which is this machine's usual socket. A
 * config.json that cannot be read chooses nothing, as for the CLI.
 * @throws FailureError `not-found` for a context that is not there, `unsupported-address` for one that names no engine
 */
export async function currentDockerContext(
  env: NodeJS.ProcessEnv,
  folder: string,
): Promise<CurrentContext | undefined> {
  const own = env['DOCKER_CONTEXT'] ?? ''
  const name = own === '' ? await chosenContext(folder) : own
  if (name === undefined || name === '' || name === 'default') return undefined
  const source = own === '' ? '"docker context use" chose' : 'DOCKER_CONTEXT names'
  // docker/cli, cli/context/store: a context's folder is named by the digest of its name.
  const digest = createHash('sha256').update(name).digest('hex')
  const path = join(folder, 'contexts/meta', digest, 'meta.json')
  let text: string
  try {
    text = await smallText(path)
  } catch (error) {
    const why = isMissing(error) ? 'there is no such context' : `it cannot be read: ${messageOf(error)}`
    throw failed(
      'not-found',
      `${source} the Docker context "${name}", and ${why} (${path}).`,
      'Choose one that is there ("docker context ls" lists them, "docker context use NAME" chooses one), or unset DOCKER_CONTEXT.',
    )
  }
  const host = hostIn(text)
  if (host === undefined)
    throw failed(
      'unsupported-address',
      `${source} the Docker context "${name}", which names no Docker engine (${path}).`,
      'Choose another context ("docker context use default").',
    )
  return { name, host, tls: await isThere(join(folder, 'contexts/tls', digest)) }
}

async function isThere(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  )
}

const configuration = z.object({ currentContext: z.string().optional() })

async function chosenContext(folder: string): Promise<string | undefined> {
  try {
    const parsed = configuration.safeParse(JSON.parse(await smallText(join(folder, 'config.json'))))
    return parsed.success ? parsed.data.currentContext : undefined
  } catch {
    return undefined
  }
}

function hostIn(text: string): string | undefined {
  try {
    const parsed = metadata.safeParse(JSON.parse(text))
    return parsed.success ? parsed.data.Endpoints.docker?.Host : undefined
  } catch {
    return undefined
  }
}

/** Reads the contexts of Docker's CLI below its folder, sorted by name. No folder means no contexts. */
export async function readDockerContexts(
  home: string,
  dockersFolder = join(home, '.docker'),
): Promise<DockerContexts> {
  const folder = join(dockersFolder, 'contexts/meta')
  let read: Read[]
  try {
    const names = (await readdir(folder)).sort()
    read = await Promise.all(names.map((name) => readContext(join(folder, name, 'meta.json'))))
  } catch (error) {
    if (isMissing(error)) return { contexts: [], warnings: [] }
    return {
      contexts: [],
      warnings: [`The Docker contexts in ${folder} cannot be read: ${messageOf(error)}`],
    }
  }
  return {
    contexts: read
      .filter((one) => one !== undefined)
      .flatMap((one) => ('host' in one ? [one] : []))
      .sort((a, b) => a.name.localeCompare(b.name)),
    warnings: read.flatMap((one) => (one !== undefined && 'warning' in one ? [one.warning] : [])),
  }
}

/** What this machine's own host does not find by itself first. */
function isElsewhere(host: string): boolean {
  if (host.startsWith('ssh://')) return true
  return host.startsWith('unix://') && !usualSockets.includes(host)
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

async function readContext(path: string): Promise<Read> {
  try {
    const parsed = metadata.safeParse(JSON.parse(await smallText(path)))
    if (!parsed.success)
      return { warning: `The Docker context ${path} is not as Docker writes it and was left out.` }
    const host = parsed.data.Endpoints.docker?.Host
    return host !== undefined && isElsewhere(host) ? { name: parsed.data.Name, host } : undefined
  } catch (error) {
    if (isMissing(error)) return undefined
    return { warning: `The Docker context ${path} cannot be read and was left out: ${messageOf(error)}` }
  }
}
