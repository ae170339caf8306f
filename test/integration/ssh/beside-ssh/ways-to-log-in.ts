import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { CaseRig } from './beside-ssh'

const usual = 'Host *\n HostName 127.0.0.1\n Port PORT\n User keeper\n UserKnownHostsFile KNOWN\n'
/** Ways to an account without a key, and with the one in the case's folder. */
export const noKey = `${usual} IdentityFile none\n IdentitiesOnly yes\n`
export const withKey = `${usual} IdentityFile FOLDER/key\n IdentitiesOnly yes\n`

/** A key in the case's folder that the account takes. */
export async function takenKey({ server, folder }: CaseRig, passphrase = ''): Promise<void> {
  const key = await server.makeKey('ed25519', passphrase)
  await server.authorize('keeper', key)
  await copyFile(key, join(folder, 'key'))
  await copyFile(`${key}.pub`, join(folder, 'key.pub'))
}
