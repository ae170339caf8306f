import { displayName } from '../base/display-name'
import { failed, isFailure } from '../base/failure'
import { field, jsonIn } from '../base/json-field'

/** A context of Docker's CLI; `host` is the address as Docker has it, not yet checked. */
export interface DockerContext {
  readonly name: string
  readonly host: string
}

/** How the files of Docker's CLI are read, on whichever machine they are. */
export interface DockerFiles {
  /** The folder of the CLI, for words. */
  readonly folder: string
  /** They are on another machine than this one. */
  readonly isThere?: true
  /** The name that `docker context use` chose, where it chose one. */
  chosen(): Promise<string | undefined>
  /** The text of `meta.json` of a context; nothing where there is no such context. Throws where it cannot be read. */
  metadata(digest: string): Promise<string | undefined>
  /** SHA-256 of a name in hexadecimal digits, by which a context's folder is named (docker/cli, cli/context/store). */
  digest(name: string): string
}

/**
 * The context that Docker's CLI would use without `DOCKER_HOST`, by the CLI's own order (docker/cli, cli/command, resolveContextName):
 * `own`, the value of DOCKER_CONTEXT, then the one that was chosen. Nothing where that is the default one, which is the usual socket.
 * @throws FailureError `not-found` for a context that is not there, `unsupported-address` for one that names no engine
 */
export async function currentContext(own: string, files: DockerFiles): Promise<DockerContext | undefined> {
  const name = own === '' ? await files.chosen() : own
  if (name === undefined || name === '' || name === 'default') return undefined
  const path = displayName(`${files.folder}/contexts/meta/${files.digest(name)}/meta.json`)
  const source = `${sourceOf(own, files)} the Docker context "${displayName(name)}"`
  const text = await files.metadata(files.digest(name)).catch((error: unknown) => {
    // What broke the way to the files says nothing of them.
    if (isFailure(error)) throw error
    const why = error instanceof Error ? error.message : String(error)
    throw missing(`${source}, and it cannot be read: ${why} (${path}).`, files)
  })
  if (text === undefined) throw missing(`${source}, and there is no such context (${path}).`, files)
  const host = contextHost(text)
  if (host !== undefined) return { name, host }
  throw failed(
    'unsupported-address',
    `${source}, which names no Docker engine (${path}).`,
    `Choose another context${files.isThere === true ? ' there' : ''} ("docker context use default").`,
  )
}

function sourceOf(own: string, { isThere }: DockerFiles): string {
  if (isThere === true)
    return own === '' ? 'On the host "docker context use" chose' : "The host's DOCKER_CONTEXT names"
  return own === '' ? '"docker context use" chose' : 'DOCKER_CONTEXT names'
}

function missing(message: string, { isThere }: DockerFiles): Error {
  const there = isThere === true ? ' on the host' : ''
  const list = `("docker context ls"${there} lists them, "docker context use NAME" chooses one)`
  const otherwise = `unset DOCKER_CONTEXT${isThere === true ? ' there, or name a socket in the address: ssh://user@host/path/of/the.sock' : '.'}`
  return failed('not-found', message, `Choose one that is there ${list}, or ${otherwise}`)
}

/** The engine's address in what Docker's CLI writes into `meta.json` of a context. */
function contextHost(text: string): string | undefined {
  const docker = field(field(jsonIn(text), 'Endpoints'), 'docker')
  const host = field(docker, 'Host')
  return typeof host === 'string' ? host : undefined
}

/** What `docker context use` chose, in `config.json` of Docker's CLI; one that cannot be read chooses nothing, as for the CLI. */
export function chosenContext(text: string): string | undefined {
  const name = field(jsonIn(text), 'currentContext')
  return typeof name === 'string' ? name : undefined
}
