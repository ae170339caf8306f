import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { KeyType, PrivateSshdOptions } from '../../../../engines/ssh/private-sshd'
import { startPrivateAgent } from '../../../../engines/ssh/ssh-agent'
import type { CaseRig, SshCase } from '../beside-ssh'

export const head =
  'Host *\n HostName 127.0.0.1\n User keeper\n IdentityFile FOLDER/key\n IdentitiesOnly yes\n'
const usual = `${head} Port PORT\n UserKnownHostsFile KNOWN\n`

export function withKey(type: KeyType = 'ed25519') {
  return async ({ server, folder }: CaseRig): Promise<void> => {
    const key = await server.makeKey(type)
    await server.authorize('keeper', key)
    await copyFile(key, join(folder, 'key'))
    await copyFile(`${key}.pub`, join(folder, 'key.pub'))
  }
}

/** Keys alone, so that a key that is not offered ends the login. */
export const keysAlone = ['PasswordAuthentication no', 'KbdInteractiveAuthentication no']

export async function withKeyInAgent({ server, env }: CaseRig): Promise<void> {
  const key = await server.makeKey('rsa')
  await server.authorize('keeper', key)
  const agent = await startPrivateAgent()
  onTestFinished(() => agent.stop())
  await agent.add(key)
  env['SSH_AUTH_SOCK'] = agent.socketPath
}

export function row(
  name: string,
  server: readonly string[] | PrivateSshdOptions,
  config: string,
  rest: Pick<SshCase, 'outcome'> & Partial<SshCase>,
): SshCase {
  const options = 'length' in server ? { config: [...server, ...keysAlone] } : server
  return {
    name,
    host: 'web',
    server: options,
    config: `${usual}${config}`,
    prepare: withKey(),
    ...rest,
  }
}

export const sha1Exchange = ['KexAlgorithms diffie-hellman-group14-sha1']
export const oldestExchange = ['KexAlgorithms diffie-hellman-group1-sha1']
export const postQuantum = ['KexAlgorithms sntrup761x25519-sha512@openssh.com']
export const cbc = ['Ciphers aes256-cbc']
export const tripleDes = ['Ciphers 3des-cbc']
export const chaCha = ['Ciphers chacha20-poly1305@openssh.com']
export const sha1Mac = ['Ciphers aes256-ctr', 'MACs hmac-sha1']
export const umac = ['Ciphers aes256-ctr', 'MACs umac-128-etm@openssh.com,umac-64@openssh.com']
export const sha1HostKey = {
  config: ['HostKeyAlgorithms ssh-rsa', ...keysAlone],
  hostKeys: ['rsa'],
} as const
export const rsaHostKey = { config: keysAlone, hostKeys: ['rsa'] } as const
export const sha1UserKeys = ['PubkeyAcceptedAlgorithms ssh-rsa']
