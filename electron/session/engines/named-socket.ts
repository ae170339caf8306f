import { normalize } from 'node:path/posix'
import type { DockerContext } from '../../core/hosts/docker-context'
import { displayName } from '../../core/base/display-name'
import { failed } from '../../core/base/failure'

/** What names the socket of an engine for Docker's CLI, on the machine where that runs. */
export type SocketNamer = 'DOCKER_HOST' | 'context'

/** A socket of a machine, and what names it there. */
export interface NamedSocket {
  readonly socketPath: string
  readonly by: SocketNamer
  /** Of which context it is. */
  readonly context?: string
}

/** A context as it is to be connected to; `tls`: it has certificates. */
export type ContextInUse = DockerContext & { readonly tls?: boolean }

/** What a machine says of the engine that Docker's CLI would ask there. */
export interface SocketNames {
  readonly dockerHost: string
  /** DOCKER_HOST is asked by TLS, as far as that is known. */
  readonly tls?: boolean
  /** The current context; asked for where DOCKER_HOST is not set. */
  readonly context: () => Promise<ContextInUse | undefined>
}

/** On which machine names stand: what they may name, and what a person can do there. */
interface Place {
  /** Whose variable and whose context it is. */
  readonly owner: string
  readonly taken: string
  readonly ofVariable: string
  readonly ofContext: string
  /** An address over SSH names a host of its own there, and nothing here. */
  readonly passesOverSsh: boolean
}

const thisMachine: Place = {
  owner: '',
  taken: 'Lamina takes unix:// addresses with a whole path for this machine, and ssh:// ones for others.',
  ofVariable:
    'Unset DOCKER_HOST, or set it to unix:///path/to/docker.sock, and start Lamina again: it reads DOCKER_HOST when it starts.',
  ofContext:
    'Choose another context ("docker context use default"), or set DOCKER_HOST to unix:///path/to/docker.sock, and start Lamina again.',
  passesOverSsh: true,
}

const otherHost: Place = {
  owner: "The host's ",
  taken:
    'Lamina takes unix:// addresses with a whole path there, and no engine in the place of one that is named.',
  ofVariable:
    "Name the socket of the host's own engine in the address (ssh://user@host/var/run/docker.sock), add the other machine as a host of its own, or unset DOCKER_HOST for logins there.",
  ofContext:
    'Name the socket of the host\'s own engine in the address (ssh://user@host/var/run/docker.sock), add the other machine as a host of its own, or choose another context there ("docker context use default").',
  passesOverSsh: false,
}

/**
 * The socket that is named on this machine, or on another host; nothing where none is. `DOCKER_HOST` overrides the context, as for the CLI.
 * @throws FailureError `unsupported-address` where another machine or another kind of address is named, and what `context` throws
 */
export async function socketNamed(names: SocketNames, isHere: boolean): Promise<NamedSocket | undefined> {
  const place = isHere ? thisMachine : otherHost
  const dockerHost = names.dockerHost.trim()
  if (dockerHost !== '') {
    const words = `${place.owner}DOCKER_HOST is ${shown(dockerHost)}`
    const socketPath = socketIn(dockerHost, words, names.tls === true, place.ofVariable, place)
    return socketPath === undefined ? undefined : { by: 'DOCKER_HOST', socketPath }
  }
  const context = await names.context()
  if (context === undefined) return undefined
  const { name, host, tls = false } = context
  const owner = place.owner === '' ? 'The ' : place.owner
  const words = `${owner}current Docker context "${displayName(name)}" is ${shown(host)}`
  const socketPath = socketIn(host, words, tls, place.ofContext, place)
  return socketPath === undefined ? undefined : { by: 'context', socketPath, context: name }
}

/** The path in an address of a socket; nothing for the usual one, which need not be named. */
function socketIn(
  address: string,
  words: string,
  tls: boolean,
  remedy: string,
  { taken, passesOverSsh }: Place,
): string | undefined {
  // Docker's own reading (github.com/docker/cli, opts/hosts.go): an empty path is that of the usual socket.
  if (address === 'unix://' || (passesOverSsh && address.startsWith('ssh://'))) return undefined
  // `unix:///$XDG_RUNTIME_DIR/docker.sock` is often written, which has a slash too many.
  if (/^unix:\/\/\/\P{Cc}+$/u.test(address)) return normalize(address.slice('unix://'.length))
  throw failed('unsupported-address', `${words}${kindOf(address, tls)}; ${taken}`, remedy)
}

function kindOf(address: string, tls: boolean): string {
  if (address.startsWith('tcp://')) return `, an engine on the network${tls ? ' by TLS' : ''}`
  if (address.startsWith('ssh://')) return ', an engine of another machine'
  return address.startsWith('npipe://') ? ', a named pipe of Windows' : ''
}

/** An address for words, without the password that may stand in one. */
function shown(address: string): string {
  return displayName(address.slice(0, 500)).replace(/^([a-z]+:\/\/[^:/@]*):[^/]*@/, '$1:…@')
}
