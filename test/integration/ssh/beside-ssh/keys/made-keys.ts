import { createPublicKey } from 'node:crypto'
import { chmod, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { asFields, writeOpensshKey } from '../../../../../electron/transport/ssh2/keys/openssh-key'
import { runCommand } from '../../../../engines/run-command'
import { type CaseRig, type SshCase, writePrivate } from '../beside-ssh'

/** The passphrase of every key that has one. */
export const passphrase = 'open sesame'

/** Makes a private key of its own in the folder, named `id`, and lets the account `keeper` be entered with it. */
export type MakeKey = (rig: CaseRig) => Promise<void>

/** Runs a shell command in the case's folder whose private keys are to be nobody else's. */
export async function shell(folder: string, command: string): Promise<string> {
  const env = { ...process.env, PASS: passphrase }
  const { stdout } = await runCommand('sh', ['-ec', `umask 077; cd '${folder}'; ${command}`], { env })
  return stdout
}

/** A key that commands make; `id` is authorized as ssh-keygen reads it, before `then` changes it. */
export function keyFrom(command: string, then = ':'): MakeKey {
  return async ({ folder, server }) => {
    await shell(folder, `${command} 2>/dev/null >&2`)
    await shell(folder, `ssh-keygen -y -P '${passphrase}' -f id >authorized.pub`)
    await server.authorize('keeper', join(folder, 'authorized'))
    await shell(folder, then)
  }
}

/** A key in OpenSSH's own format without anything beside it, changed by `then`. */
export function opensshKey(then = ':', options = "-t ed25519 -N ''"): MakeKey {
  return keyFrom(`ssh-keygen -q -a 1 ${options} -f id; mv id.pub kept.pub`, then)
}

/** A key of ed25519 in PEM, which ssh-keygen reads in new versions only. */
export const pemOfEd25519: MakeKey = async ({ folder, server }) => {
  await shell(folder, 'openssl genpkey -algorithm ed25519 -out id')
  const { x = '' } = createPublicKey(await readFile(join(folder, 'id'))).export({ format: 'jwk' })
  const blob = asFields([Buffer.from('ssh-ed25519'), Buffer.from(x, 'base64url')])
  const line = `ssh-ed25519 ${blob.toString('base64')}\n`
  await writeFile(join(folder, 'authorized.pub'), line)
  await server.authorize('keeper', join(folder, 'authorized'))
}

/** A file that ssh can do nothing with, in the place of the key. */
export function fileOf(content: string | Buffer, mode = 0o600): MakeKey {
  return async ({ folder }) => {
    await writePrivate(join(folder, 'id'), content)
    await chmod(join(folder, 'id'), mode)
  }
}

/** The way to the server of a case, without any key. */
export const host =
  'Host *\n HostName 127.0.0.1\n Port PORT\n User keeper\n UserKnownHostsFile KNOWN\n ConnectTimeout 20\n'
export const id = `${host} IdentityFile FOLDER/id\n`
/** `id` in the case's folder and nothing else. */
export const only = `${id} IdentitiesOnly yes\n`
export const keysOnly = { config: ['AuthenticationMethods publickey'] }

/** A case of a server that takes keys only; where a key is left aside, nothing else is asked for. */
export function one(
  name: string,
  prepare: MakeKey,
  rest: Partial<SshCase> & Pick<SshCase, 'outcome'>,
): SshCase {
  return { name, host: 'web', config: only, server: keysOnly, prepare, ...rest }
}

export const lets = (name: string, prepare: MakeKey): SshCase => one(name, prepare, { outcome: 'in' })
export const aside = (name: string, prepare: MakeKey, says: RegExp): SshCase =>
  one(name, prepare, { outcome: 'refused', says })

export const rsa = 'openssl genrsa -traditional -out id 2048'
export const ec = 'openssl ecparam -name prime256v1 -genkey -noout -out id'
export const pkcs12 = `${rsa}; openssl req -x509 -new -key id -subj /CN=x -out cert.pem;
  openssl pkcs12 -export -in cert.pem -inkey id -passout env:PASS -name friendly -out p12`

/** A key of a hardware token, of which only the file is needed. */
export function tokenKey(): string {
  const type = Buffer.from('sk-ssh-ed25519@openssh.com')
  const shown = [type, Buffer.alloc(32, 7), Buffer.from('ssh:')]
  const userPresence = Buffer.from([1])
  const handle = asFields([Buffer.from('handle'), Buffer.alloc(0)])
  return writeOpensshKey(asFields(shown), Buffer.concat([asFields(shown), userPresence, handle]))
}
