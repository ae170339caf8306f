import { isFailure } from '../../core/base/failure'
import { outputOf, type Transport } from '../../transport/transport'

/** The Docker CLI's default, docs.docker.com "DOCKER_HOST". */
export const usualSocket = '/var/run/docker.sock'

/** A socket of an engine on a host. */
export interface HostSocket {
  readonly path: string
  /** The same without links: two paths may lead to one socket. */
  readonly realPath: string
  /** Other paths that lead to it, of those that were looked at. */
  readonly also: readonly string[]
  /** Who owns a socket that this user may not use, as `user:group`. */
  readonly forbidden?: string
}

/**
 * Where engines listen, with variables of a shell: Docker's usual socket, what CONTAINER_HOST names for Podman's remote clients
 * (podman(1)), Docker's rootless mode (docs.docker.com/engine/security/rootless),
 * Podman's system and user services (podman-system-service(1)), Docker Desktop, Rancher Desktop and Colima.
 */
const places = [
  usualSocket,
  '$podman',
  '$runtime/docker.sock',
  '/run/user/$id/docker.sock',
  '/run/podman/podman.sock',
  '$runtime/podman/podman.sock',
  '/run/user/$id/podman/podman.sock',
  '$HOME/.docker/run/docker.sock',
  '$HOME/.docker/desktop/docker.sock',
  '$HOME/.rd/docker.sock',
  '$colima/docker.sock',
  '$colima/*/docker.sock',
] as const

/** The same as words of a shell: quoted, but for what stands for any name. */
const quotedPlaces = places.map((place) => `"${place.replace('*', '"*"')}"`).join(' ')

/**
 * Tells of each engine's socket its path, its path without links, and nothing or who may use it, each ended by a zero byte: those in
 * the lines on standard input, and those of `places`.
 */
const findScript = `
while IFS= read -r own; do set -- "$@" "$own"; done
id=$(id -u)
case \${CONTAINER_HOST-} in unix:///*) podman=\${CONTAINER_HOST#unix://};; *) podman=;; esac
runtime="\${XDG_RUNTIME_DIR:-/run/user/$id}"
colima="\${COLIMA_HOME:-$HOME/.colima}"
for socket in "$@" ${quotedPlaces}
do
  [ -S "$socket" ] || continue
  [ -w "$socket" ] && owner= || owner=$(stat -L -c %U:%G "$socket" 2>/dev/null || echo another)
  printf '%s\\000%s\\000%s\\000' "$socket" "$(readlink -f "$socket" 2>/dev/null || printf %s "$socket")" "$owner"
done
:
`

/** Where an engine of this machine may come to listen; what stands for any name is left out. */
export function localPlaces(env: NodeJS.ProcessEnv, uid: number, home: string): string[] {
  const variables: Readonly<Record<string, string>> = {
    id: String(uid),
    runtime: env['XDG_RUNTIME_DIR'] || `/run/user/${String(uid)}`,
    HOME: home,
    colima: env['COLIMA_HOME'] || `${home}/.colima`,
    podman: /^unix:\/\/(\/.+)$/.exec(env['CONTAINER_HOST'] ?? '')?.[1] ?? '',
  }
  const paths = places
    .filter((place) => !place.includes('*'))
    .map((place) => place.replace(/\$(\w+)/g, (_, name: string) => variables[name] ?? ''))
  return [...new Set(paths)].filter((path) => path !== '')
}

/** Where is looked, in words. */
export const lookedAt = `${usualSocket}, docker.sock and podman/podman.sock in $XDG_RUNTIME_DIR (or /run/user/UID), /run/podman/podman.sock, and below the home folder those of Docker Desktop, Colima and Rancher Desktop`

/** The sockets on a host, each once, `own` first where they are some; nothing where the host runs no commands for this user. */
export async function hostSockets(
  transport: Transport,
  own: readonly string[],
  signal: AbortSignal,
): Promise<HostSocket[] | undefined> {
  try {
    const command = {
      name: 'looking for sockets of engines',
      script: findScript,
      input: Buffer.from(own.map((path) => `${path}\n`).join('')),
    }
    const output = await outputOf(transport, command, signal, 64 * 1024)
    return socketsIn(output.toString('utf8'))
  } catch (error) {
    if (isFailure(error, 'command-failed')) return undefined
    throw error
  }
}

function socketsIn(output: string): HostSocket[] {
  const fields = output.split('\0').slice(0, -1)
  const sockets = new Map<string, HostSocket>()
  for (let at = 0; at + 2 < fields.length; at += 3) {
    const [path = '', realPath = '', owner = ''] = fields.slice(at, at + 3)
    if (!path.startsWith('/')) continue
    const known = sockets.get(realPath)
    if (known === undefined)
      sockets.set(realPath, { path, realPath, also: [], ...(owner === '' ? {} : { forbidden: owner }) })
    else sockets.set(realPath, { ...known, also: [...known.also, path] })
  }
  return [...sockets.values()]
}

/** A line of standard input, the socket's path. */
const realPathScript = 'IFS= read -r socket && exec readlink -f -- "$socket"'

/** A socket's path on a host without links; the path itself where that cannot be found out. */
export async function realSocketPath(
  transport: Transport,
  path: string,
  signal: AbortSignal,
): Promise<string> {
  try {
    const input = Buffer.from(`${path}\n`)
    const said = await outputOf(
      transport,
      { name: "following the links of a socket's path", script: realPathScript, input },
      signal,
      8192,
    )
    return said.toString('utf8').replace(/\n$/, '') || path
  } catch (error) {
    if (isFailure(error, 'command-failed')) return path
    throw error
  }
}
