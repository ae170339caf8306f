import { createHash } from 'node:crypto'
import { chosenContext, currentContext } from '../../core/hosts/docker-context'
import { outputOf, type Transport } from '../../transport/transport'
import { socketNamed, type NamedSocket } from './named-socket'

/** docs.docker.com, "Docker CLI": where its files are. */
const folder = '"${DOCKER_CONFIG:-${HOME-}/.docker}"'

/**
 * Tells, each ended by a zero byte: DOCKER_HOST, DOCKER_CONTEXT, the folder of Docker's files, and what
 * `docker context use` chose, as a line of its `config.json`. Nothing else of that file is taken: it may hold passwords.
 */
const namesScript = `
folder=${folder}
printf '%.4000s\\000' "\${DOCKER_HOST-}" "\${DOCKER_CONTEXT-}" "$folder"
[ -r "$folder/config.json" ] || exit 0
head -c 1048576 "$folder/config.json" | tr -d '\\n\\r' | grep -o '"currentContext"[[:blank:]]*:[[:blank:]]*"[^"]*"' | head -n 1
exit 0
`

/** The digest of a context's name is the only line of standard input. */
const metadataScript = `
IFS= read -r digest
meta=${folder}/contexts/meta/$digest/meta.json
[ -e "$meta" ] || { echo missing; exit 0; }
echo there
exec head -c 65536 "$meta"
`

/**
 * The socket that a host's own DOCKER_HOST, or else its current Docker context, names for this user's commands; nothing where neither does.
 * @throws FailureError `unsupported-address` where another machine is named, `not-found` for a context that is not there, `command-failed`
 */
export async function socketNamedThere(
  transport: Transport,
  signal: AbortSignal,
): Promise<NamedSocket | undefined> {
  const said = await outputOf(
    transport,
    { name: 'finding out which engine the host names', script: namesScript },
    signal,
    64 * 1024,
  )
  const [dockerHost = '', own = '', where = '', config = ''] = said.toString('utf8').split('\0')
  const metadata = async (digest: string): Promise<string | undefined> => {
    const input = Buffer.from(`${digest}\n`)
    const text = (
      await outputOf(
        transport,
        { name: 'reading a Docker context of the host', script: metadataScript, input },
        signal,
        128 * 1024,
      )
    ).toString()
    return text.startsWith('there\n') ? text.slice('there\n'.length) : undefined
  }
  const context = () =>
    currentContext(own, {
      isThere: true,
      folder: where,
      digest: (name) => createHash('sha256').update(name).digest('hex'),
      chosen: () => Promise.resolve(chosenContext(`{${config}}`)),
      metadata,
    })
  return await socketNamed({ dockerHost, context }, false)
}
