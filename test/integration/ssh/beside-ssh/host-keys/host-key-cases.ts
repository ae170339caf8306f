import { copyFile, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { PrivateSshd } from '../../../../engines/ssh/private-sshd'
import { ed25519 } from '../../../../unit/transport/public-keys'
import { hashed } from '../../host-keys/known-hosts-oracle'
import type { CaseRig, SshCase } from '../beside-ssh'

/** A case about host keys: the login itself always succeeds. */
export interface HostKeyCase extends Omit<SshCase, 'host' | 'config'> {
  /**
   * Lines of ssh_config that go before the usual ones; known hosts are in FOLDER/known unless they say otherwise. WIRE is a
   * command that carries a connection to the server.
   */
  readonly config?: string
  /** `web` unless told otherwise. */
  readonly host?: string
  /**
   * Files of the case's folder. In them NAME is the server's name in known_hosts and HASHED the same hashed, HOSTKEY its
   * Ed25519 key, RSAKEY and ECDSAKEY its others, OTHERKEY one of nobody, each a type and base64.
   */
  readonly files?: Readonly<Record<string, string>>
}

const usual = `
Host *
 HostName 127.0.0.1
 Port PORT
 User root
 IdentityFile FOLDER/key
 IdentitiesOnly yes
 UserKnownHostsFile FOLDER/known
 GlobalKnownHostsFile none
`

const wire =
  'ssh -F none -i FOLDER/key -p PORT -o BatchMode=yes -o UserKnownHostsFile=KNOWN -W 127.0.0.1:PORT root@127.0.0.1'

/** The question about an unknown host key, and no other. */
export const asksForKey = { outcome: 'asks', asks: ['host-key'] } as const

/** A key that is no server's. */
const otherKey = ed25519()

export function hostKeyCase({ config = '', host = 'web', files = {}, ...rest }: HostKeyCase): SshCase {
  return {
    ...rest,
    host,
    config: `Host *\n${config.replaceAll('WIRE', wire)}\n${usual}`,
    async prepare(rig) {
      await copyFile(await acceptedKey(rig.server), join(rig.folder, 'key'))
      for (const [name, text] of Object.entries(files))
        await writeFile(join(rig.folder, name), await filledIn(rig, text), {
          encoding: 'latin1',
          mode: 0o755,
        })
      await rest.prepare?.(rig)
    },
  }
}

const accepted = new WeakMap<PrivateSshd, Promise<string>>()

/** A key that lets root in. */
function acceptedKey(server: PrivateSshd): Promise<string> {
  const key = accepted.get(server) ?? madeKey(server)
  accepted.set(server, key)
  return key
}

async function madeKey(server: PrivateSshd): Promise<string> {
  const key = await server.makeKey('ed25519')
  await server.authorize('root', key)
  return key
}

/** What a text of a case stands for. */
async function filledIn(rig: CaseRig, text: string): Promise<string> {
  const name = `[127.0.0.1]:${String(rig.server.port)}`
  return text
    .replaceAll('HOSTKEY', await keyOfServer(rig, 'ed25519'))
    .replaceAll('ECDSAKEY', text.includes('ECDSAKEY') ? await keyOfServer(rig, 'ecdsa') : '')
    .replaceAll('RSAKEY', text.includes('RSAKEY') ? await keyOfServer(rig, 'rsa') : '')
    .replaceAll('OTHERKEY', otherKey.text)
    .replaceAll('HASHED', hashed(name))
    .replaceAll(/\bNAME\b/g, name)
    .replaceAll('PORT', String(rig.server.port))
    .replaceAll('FOLDER', rig.folder)
}

/** A key of a server as a line has it: type and base64. */
async function keyOfServer({ server }: CaseRig, type: string): Promise<string> {
  const text = await readFile(join(server.folder, 'host', `${type}.pub`), 'utf8')
  return text.split(' ').slice(0, 2).join(' ')
}
