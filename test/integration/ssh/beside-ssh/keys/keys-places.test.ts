import { symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, describe, onTestFinished } from 'vitest'
import { startPrivateAgent } from '../../../../engines/ssh/ssh-agent'
import { besideSsh, type CaseRig, stopServers } from '../beside-ssh'
import {
  aside,
  fileOf,
  host,
  id,
  keyFrom,
  lets,
  type MakeKey,
  one,
  only,
  opensshKey,
  passphrase,
  rsa,
  shell,
  tokenKey,
} from './made-keys'

afterAll(stopServers)

const encryptPem = 'openssl pkcs8 -topk8 -in id -passout env:PASS -out new; mv new id'

/** Keeps an agent for the case. */
async function agentFor({ env }: CaseRig, ...keys: readonly string[]): Promise<void> {
  const agent = await startPrivateAgent()
  onTestFinished(() => agent.stop())
  for (const key of keys) await agent.add(key)
  env['SSH_AUTH_SOCK'] = agent.socketPath
}

/** The agent holds `id`, and its socket is found in the case's folder alone. */
async function agentBesideKey(rig: CaseRig): Promise<void> {
  await opensshKey('mv kept.pub id.pub')(rig)
  await agentFor(rig, join(rig.folder, 'id'))
  await symlink(rig.env['SSH_AUTH_SOCK'] ?? '', join(rig.folder, 'sock'))
  delete rig.env['SSH_AUTH_SOCK']
  await shell(rig.folder, 'rm id')
}

/** The agent holds `id`, which `then` takes from the folder. */
function inAgent(make: MakeKey, then: string): MakeKey {
  return async (rig) => {
    await make(rig)
    await agentFor(rig, join(rig.folder, 'id'))
    await shell(rig.folder, then)
  }
}

describe('A key that an agent holds', () => {
  const generated = opensshKey('mv kept.pub id.pub')
  besideSsh([
    lets('with its public part alone', inAgent(generated, 'rm id')),
    one('with its public part alone, other keys allowed', inAgent(generated, 'rm id'), {
      outcome: 'in',
      config: id,
    }),
    one('named by its public part', inAgent(generated, 'rm id'), {
      outcome: 'in',
      config: `${host} IdentityFile FOLDER/id.pub\n IdentitiesOnly yes\n`,
    }),
    one('named by its public part, the private one beside it', inAgent(generated, ':'), {
      outcome: 'in',
      config: `${host} IdentityFile FOLDER/id.pub\n IdentitiesOnly yes\n`,
    }),
    lets('whose file others may read', inAgent(generated, 'chmod 644 id')),
    lets('whose file is damaged', inAgent(generated, 'echo hello >id')),
    lets('in PEM with its public part', inAgent(keyFrom(rsa, 'mv authorized.pub id.pub'), encryptPem)),
    lets(
      'whose public part lies beside another private key',
      inAgent(generated, "ssh-keygen -q -t ed25519 -N '' -f b; mv b id"),
    ),
    aside(
      'but not this one, of which only the public part is here',
      async (rig) => {
        await generated(rig)
        await agentFor(rig)
        await shell(rig.folder, 'rm id')
      },
      /only its public part is here, and no agent holds the private one.*ssh-add/,
    ),
    one('named by its public part without an agent', generated, {
      outcome: 'refused',
      config: `${host} IdentityFile FOLDER/id.pub\n IdentitiesOnly yes\n`,
      says: /id\.pub was left aside: only its public part is here/,
    }),
    one(
      'is tried before a passphrase is asked for',
      async (rig) => {
        await generated(rig)
        await agentFor(rig, join(rig.folder, 'id'))
        const other = `ssh-keygen -q -t ed25519 -N '${passphrase}' -a 1 -f other`
        await shell(
          rig.folder,
          `rm id id.pub; ${other}; openssl genrsa -aes128 -traditional -passout env:PASS -out pem 2048 2>/dev/null`,
        )
        await rig.server.authorize('keeper', join(rig.folder, 'other'))
      },
      { outcome: 'in', asks: [], config: `${host} IdentityFile FOLDER/other\n IdentityFile FOLDER/pem\n` },
    ),
    one(
      'and that it does not sign with unasked',
      async (rig) => {
        await generated(rig)
        await agentFor(rig)
        await shell(rig.folder, `SSH_AUTH_SOCK='${rig.env['SSH_AUTH_SOCK'] ?? ''}' ssh-add -q -c id; rm id`)
      },
      { outcome: 'refused', says: /key \S+id was left aside: nothing could be signed with it/ },
    ),
    one(
      'on a hardware token',
      async (rig) => {
        await fileOf(tokenKey())(rig)
        await agentFor(rig, join(rig.folder, 'id'))
      },
      {
        outcome: 'refused',
        config: `${host} IdentityFile none\n`,
        says: /The key \S+ was left aside: it is on a hardware token/,
      },
    ),
    one(
      'is the last of as many as a server lets try',
      async (rig) => {
        const { folder } = rig
        await shell(folder, "for n in 1 2 3 4 5; do ssh-keygen -q -t ed25519 -N '' -f a$n; done")
        await generated(rig)
        await agentFor(rig, ...[1, 2, 3, 4].map((n) => join(folder, `a${String(n)}`)), join(folder, 'id'))
        await shell(folder, "rm id id.pub; for n in 1 2 3; do ssh-keygen -q -t ed25519 -N '' -f f$n; done")
      },
      {
        outcome: 'in',
        config: `${host} IdentityFile FOLDER/f1\n IdentityFile FOLDER/f2\n IdentityFile FOLDER/f3\n`,
      },
    ),
  ])
})

describe('A certificate', () => {
  const certified = "ssh-keygen -q -t ed25519 -N '' -f ca; ssh-keygen -q -s ca -I me -n keeper id.pub"
  besideSsh([
    lets('beside a key that the account takes itself', opensshKey(`mv kept.pub id.pub; ${certified}`)),
    one(
      'that alone is taken',
      async ({ folder, server }) => {
        await shell(folder, `ssh-keygen -q -t ed25519 -N '' -f id; ${certified}`)
        await shell(folder, '(printf "cert-authority "; cat ca.pub) >allowed.pub')
        await server.authorize('keeper', join(folder, 'allowed'))
      },
      {
        outcome: 'in',
        lamina: { outcome: 'refused', because: 'ssh2 shows no certificates' },
        says: /id-cert\.pub was left aside: it is a certificate/,
      },
    ),
  ])
})

describe("Another user's home in a path", () => {
  // Up from wherever the home of that user is.
  const there = '~daemon/../../../../../../..'
  const generated = opensshKey('mv kept.pub id.pub')
  const start = 'Host *\n HostName 127.0.0.1\n Port PORT\n User keeper\n'
  besideSsh([
    one('of a key', generated, {
      outcome: 'in',
      config: `${host} IdentityFile ${there}FOLDER/id\n IdentitiesOnly yes\n`,
    }),
    one('of one’s own by name', generated, {
      outcome: 'in',
      config: `${host} IdentityFile ~root/../../../..FOLDER/id\n IdentitiesOnly yes\n`,
    }),
    one('of known hosts', generated, {
      outcome: 'in',
      config: `${start} UserKnownHostsFile ${there}KNOWN\n IdentityFile FOLDER/id\n`,
    }),
    one('of an agent', agentBesideKey, {
      outcome: 'in',
      config: `${only} IdentityAgent ${there}FOLDER/sock\n`,
    }),
    one('of an included file', opensshKey('mkdir more; echo "IdentityFile $PWD/id" >more/a.conf'), {
      outcome: 'in',
      config: `Include ${there}FOLDER/more/*.conf\n${host}`,
    }),
    ...['IdentityFile ~nobody-of-this-name/id', 'UserKnownHostsFile ~nobody-of-this-name/known'].map((line) =>
      one(`who does not exist: ${line}`, generated, {
        outcome: 'refused',
        config: `${start} ${line}\n UserKnownHostsFile KNOWN\n`,
        says: /nobody-of-this-name/,
      }),
    ),
  ])
})

describe('A path of a key', () => {
  const named = (name: string) => opensshKey(`mv id '${name}'; rm kept.pub`)
  const at = (path: string) => `${host} IdentityFile ${path}\n IdentitiesOnly yes\n`
  besideSsh([
    one('with a blank', named('my key'), { outcome: 'in', config: at('"FOLDER/my key"') }),
    one('with a percent sign', named('100%'), { outcome: 'in', config: at('FOLDER/100%%') }),
    one('with letters of any language', named('密钥'), { outcome: 'in', config: at('FOLDER/密钥') }),
    one('with a tilde within', named('~id'), { outcome: 'in', config: at('FOLDER/~id') }),
    one('by tokens', named('keeper-127.0.0.1-web'), { outcome: 'in', config: at('FOLDER/%r-%h-%n') }),
    one('with a variable', opensshKey('rm kept.pub'), {
      outcome: 'in',
      config: at('${KEYS}/id'),
      prepare: async (rig) => {
        await opensshKey()(rig)
        rig.env['KEYS'] = rig.folder
      },
    }),
    one('with a variable that is not set', opensshKey(), {
      outcome: 'refused',
      config: at('${NO_SUCH_VARIABLE}/id'),
      says: /NO_SUCH_VARIABLE/,
    }),
    one('with a token that does not exist', opensshKey(), {
      outcome: 'refused',
      config: at('FOLDER/%z'),
      says: /%z/,
    }),
    one('through a link', opensshKey('mv id real; ln -s real id'), { outcome: 'in' }),
    one(
      'through a link to a file that others may read',
      opensshKey('mv id real; chmod 644 real; ln -s real id'),
      {
        outcome: 'refused',
        says: /others than its owner/,
      },
    ),
    one('below a file', opensshKey(), {
      outcome: 'refused',
      config: at('FOLDER/id/id'),
      says: /there is no such file/,
    }),
  ])
})
