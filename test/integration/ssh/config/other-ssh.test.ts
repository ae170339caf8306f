import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import {
  readWithoutSsh,
  resolveSshHost,
  resolveWith,
} from '../../../../electron/transport/ssh-config/resolve'
import type { ResolvedHost, SshEnvironment } from '../../../../electron/transport/ssh-config/hop-settings'
import { runCommand } from '../../../engines/run-command'

const never = new AbortController().signal
let folder: string
let ssh: string

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lamina-other-ssh-'))
  mkdirSync(join(folder, 'bin'))
  ssh = (await runCommand('sh', ['-c', 'command -v ssh'])).stdout.trim()
  vi.stubEnv('PATH', `${join(folder, 'bin')}${delimiter}${process.env['PATH'] ?? ''}`)
})

afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true, force: true })
})

/** Puts another program in the place of ssh; SSH in its text is the real one. */
function replaceSsh(script: string, mode = 0o755): void {
  const path = join(folder, 'bin/ssh')
  writeFileSync(path, `#!/bin/sh\n${script.replaceAll('SSH', ssh).replaceAll('FOLDER', folder)}\n`)
  chmodSync(path, mode)
}

function environmentWith(config: string): SshEnvironment {
  const configFile = join(folder, 'config')
  writeFileSync(configFile, config, { mode: 0o600 })
  const { homedir: home, username: localUser } = userInfo()
  return { home, localUser, configFile }
}

const resolved = (config: string): Promise<ResolvedHost> =>
  resolveSshHost({ host: 'web' }, {}, environmentWith(config), never)

describe('An ssh that cannot be asked', () => {
  it.each([
    [
      'is older than 6.8',
      'echo "unknown option -- G" >&2; echo "usage: ssh [-1246AaCfgKkMNnqsTtVvXxYy]" >&2; exit 255',
      /unknown option -- G/,
    ],
    ['is another program', 'echo "I am not ssh"', /ended with status 0/],
    ['is another program with options of its own', 'echo "Try --help" >&2; exit 1', /Try --help/],
    ['is a wrapper around nothing', 'exec /nonexistent/ssh "$@"', /nonexistent/],
    ['is a wrapper that says nothing', 'exit 127', /ended with status 127/],
    ['is killed', 'kill -SEGV $$', /ended by SIGSEGV/],
    [
      'lacks a library',
      'echo "ssh: error while loading shared libraries: libcrypto.so.3: cannot open shared object file" >&2; exit 127',
      /libcrypto/,
    ],
    [
      'does not know who asks',
      'printf "No user exists for uid 1000\\r\\n" >&2; exit 255',
      /No user exists for uid 1000\)/,
    ],
    ['says what acts on a display', 'printf "\\033[31mred\\n" >&2; exit 255', /\\u001b\[31mred/],
  ])('as it %s gives way to a reading of its own, which is said', async (_name, script, why) => {
    replaceSsh(script)
    const { hops, warnings } = await resolved('Host web\n Port 23\n')
    expect(hops[0].port).toBe(23)
    expect(warnings).toEqual([expect.stringMatching(/^ssh -G gave no answer .* was read without OpenSSH\.$/)])
    expect(warnings[0]).toMatch(why)
  })

  it('as it may not be run by anybody gives way, too', async () => {
    replaceSsh('exit 0', 0o644)
    vi.stubEnv('PATH', join(folder, 'bin'))
    const { hops, warnings } = await resolved('Host web\n Port 23\n')
    expect(hops[0].port).toBe(23)
    expect(warnings).toEqual([expect.stringMatching(/EACCES.*was read without OpenSSH/)])
  })

  it('as it dies of this configuration alone gives way, too', async () => {
    replaceSsh('case "$*" in *"-F /dev/null"*) exec SSH "$@" ;; esac; kill -KILL $$')
    const { hops, warnings } = await resolved('Host web\n Port 23\n')
    expect([hops[0].port, warnings]).toEqual([23, [expect.stringContaining('ended by SIGKILL')]])
  })
})

it('A configuration that ssh refuses is refused, whatever else ssh does', async () => {
  replaceSsh('exec SSH "$@"')
  await expect(resolved('Frobnicate yes\n')).rejects.toMatchObject({
    failure: { kind: 'invalid-input', message: expect.stringContaining('frobnicate') as string },
  })
})

describe('Nothing is said of', () => {
  const policy = `Ciphers aes256-gcm@openssh.com,chacha20-poly1305@openssh.com,aes256-ctr
MACs hmac-sha2-256-etm@openssh.com,umac-128-etm@openssh.com
KexAlgorithms curve25519-sha256,ecdh-sha2-nistp256
PubkeyAcceptedAlgorithms ecdsa-sha2-nistp256,ssh-ed25519,rsa-sha2-256
HostKeyAlgorithms ecdsa-sha2-nistp256,ssh-ed25519,rsa-sha2-256
CASignatureAlgorithms ecdsa-sha2-nistp256,ssh-ed25519,rsa-sha2-256
RequiredRSASize 2048
`
  const systems: Readonly<Record<string, string>> = {
    Debian:
      'Include FOLDER/none/*.conf\nHost *\n SendEnv LANG LC_* COLORTERM NO_COLOR\n HashKnownHosts yes\n GSSAPIAuthentication yes\n',
    Fedora: `Match final all
 Include FOLDER/policy.conf
 GSSAPIAuthentication yes
 ForwardX11Trusted yes
 SendEnv LANG LC_CTYPE LC_NUMERIC LC_TIME LC_COLLATE LC_MONETARY LC_MESSAGES
 SendEnv LC_PAPER LC_NAME LC_ADDRESS LC_TELEPHONE LC_MEASUREMENT
 SendEnv LC_IDENTIFICATION LC_ALL LANGUAGE
 SendEnv XMODIFIERS
Host unix/* vsock/* machine/*
 ProxyCommand /usr/lib/systemd/systemd-ssh-proxy %h %p
 ProxyUseFdpass yes
 CheckHostIP no
`,
    macOS: 'Host *\n SendEnv LANG LC_*\n',
    openSUSE: 'Host *\n SendEnv LANG LC_CTYPE\n ForwardX11Trusted yes\n',
  }
  const mine = `Host *
 AddKeysToAgent yes
 Compression yes
 ControlMaster auto
 ControlPath ~/.ssh/%C
 ControlPersist 10m
 ForwardAgent yes
 IdentitiesOnly yes
 IPQoS none
 LogLevel ERROR
 RequestTTY auto
 ServerAliveCountMax 3
 ServerAliveInterval 60
 SetEnv TERM=xterm-256color
 TCPKeepAlive yes
 UpdateHostKeys yes
 VisualHostKey no
 BatchMode no
 CheckHostIP no
 HostbasedAuthentication no
 PasswordAuthentication no
 PreferredAuthentications publickey,keyboard-interactive,password
 VerifyHostKeyDNS no
 LocalForward 8080 localhost:80
 PermitLocalCommand yes
 LocalCommand true
`

  /** The system's configuration lies at a fixed path: the program that stands for ssh reads another one there, which is first with what it sets. */
  function systemIs(text: string): void {
    writeFileSync(join(folder, 'policy.conf'), policy)
    writeFileSync(join(folder, 'system'), text.replaceAll('FOLDER', folder))
    writeFileSync(join(folder, 'both'), `Include ${folder}/mine\nMatch all\nInclude ${folder}/system\n`)
    replaceSsh(`
case "$*" in
*"-F /etc/ssh/ssh_config"*) host=; for host; do :; done; exec SSH -G -F FOLDER/system -- "$host" ;;
*"-F /dev/null"*) exec SSH "$@" ;;
*) host=; for host; do :; done; exec SSH -G -F FOLDER/both -- "$host" ;;
esac`)
  }

  const bySsh = (): Promise<ResolvedHost> => {
    const { homedir: home, username: localUser } = userInfo()
    return resolveSshHost({ host: 'web' }, {}, { home, localUser }, never)
  }

  function byOwnReading(config: string): Promise<ResolvedHost> {
    mkdirSync(join(folder, '.ssh'), { recursive: true })
    writeFileSync(join(folder, '.ssh/config'), config, { mode: 0o600 })
    const environment = { home: folder, localUser: 'me', systemConfigFile: join(folder, 'system') }
    return resolveWith(
      (question) => readWithoutSsh(question, environment),
      { host: 'web' },
      {},
      environment,
      never,
    )
  }

  it.each(Object.keys(systems))('what %s ships, alone and with what matters to terminals', async (name) => {
    for (const config of ['', mine]) {
      systemIs(systems[name] ?? '')
      writeFileSync(join(folder, 'mine'), config)
      expect((await bySsh()).warnings).toEqual([])
      expect((await byOwnReading(config)).warnings).toEqual([])
    }
  })

  it('algorithms, of the system and of a person, which are followed', async () => {
    systemIs(systems['Fedora'] ?? '')
    const config = 'Host web\n Ciphers aes128-ctr\n'
    writeFileSync(join(folder, 'mine'), config)
    expect((await bySsh()).warnings).toEqual([])
    expect((await byOwnReading(config)).warnings).toEqual([])
  })

  it('a name that ssh itself made canonical', async () => {
    const config = 'CanonicalizeHostname yes\nCanonicalDomains example\nCanonicalizeFallbackLocal yes\n'
    expect((await resolved(config)).warnings).toEqual([])
    systemIs('')
    expect((await byOwnReading(config)).warnings).toEqual([expect.stringContaining('CanonicalizeHostname')])
  })

  it('Match exec where ssh itself runs its command', async () => {
    const { hops, warnings } = await resolved('Match exec "true"\n Port 23\n')
    expect([hops[0].port, warnings]).toEqual([23, []])
  })
})

it('StrictHostKeyChecking no is said to be none of what Lamina follows', async () => {
  const { hops, warnings } = await resolved('Host web\n StrictHostKeyChecking no\n')
  expect(hops[0].strictHostKeyChecking).toBe('ask')
  expect(warnings).toEqual([expect.stringMatching(/StrictHostKeyChecking no .* is not followed/)])
})

it('RefuseConnection refuses with its own words without an ssh that knows it', async () => {
  replaceSsh('exit 1')
  await expect(resolved('Host web\n RefuseConnection "Use the bastion."\n')).rejects.toMatchObject({
    failure: {
      kind: 'invalid-input',
      message: 'RefuseConnection in the SSH configuration says: Use the bastion.',
    },
  })
})

it.each([
  ['PasswordAuthentication maybe', /PasswordAuthentication maybe .* is not understood/],
  ['BatchMode 1', /BatchMode 1/],
  ['NumberOfPasswordPrompts many', /NumberOfPasswordPrompts many/],
])('%s is refused by both readings', async (line, why) => {
  await expect(resolved(`${line}\n`)).rejects.toMatchObject({ failure: { kind: 'invalid-input' } })
  replaceSsh('exit 1')
  await expect(resolved(`${line}\n`)).rejects.toMatchObject({
    failure: { kind: 'invalid-input', message: expect.stringMatching(why) as string },
  })
})
