/** A configuration and what is asked of it. */
export interface ConfigCase {
  readonly name: string
  readonly config: string
  readonly host?: string
  readonly user?: string
  readonly port?: number
  /** Files beside the configuration, by name; `FOLDER` in texts stands for where they are. */
  readonly files?: Readonly<Record<string, string>>
}

function one(name: string, config: string, more: Partial<ConfigCase> = {}): ConfigCase {
  return { name, config, ...more }
}

/** Every feature that Lamina follows, by itself and together with what interferes. */
export const configCases: readonly ConfigCase[] = [
  one('nothing', ''),
  one('an address of another family', 'HostName 0:0::1\nAddressFamily inet'),
  one('an old address of another family', 'HostName 010.0.0.1\nAddressFamily inet6'),
  one('a host name', 'Host web\n HostName web.example'),
  one('another host', 'Host db\n HostName db.example'),
  one('no case in host names', 'Host web\n HostName WEB.Example'),
  one('case in patterns', 'Host WEB\n User x'),
  one('a token in the host name', 'Host web\n HostName %h.example.%%'),
  one('a pattern', 'Host w*b ?b\n User x'),
  one('an address with more zeros than it takes', 'Host 0:0::1\n User x\nHost ::1\n Port 23', {
    host: '0:0::1',
  }),
  one('an address by name', 'HostName 2001:DB8::0:1'),
  one('an address with a zone', 'Host FE80::1%lo\n User x', { host: 'FE80::1%lo' }),
  one('an address of fewer parts', 'Host 127.1\n User x', { host: '127.1' }),
  one('an address in hexadecimal', 'HostName 0x7F000001'),
  one('an address in octal', 'HostName 010.0.0.1'),
  one('a part that is too large', 'HostName 127.0.0.256'),
  one('a dot behind an address', 'HostName 127.0.0.1.'),
  one('an address for a second reading', 'HostName 0:0::1\nMatch final host ::1\n User x'),
  one('a name of other letters', 'Host ÄÖ\n User x\nHost 测试\n Port 23', { host: 'ÄÖ' }),
  one('a name of signs', 'Host a+b~c/d#e%f:g\n User x', { host: 'a+b~c/d#e%f:g' }),
  one('a pattern of bytes', 'Host ?\n User x\nHost ???\n Port 23\nHost 测*\n HostName b', { host: '测' }),
  one('a criterion of other letters', 'Match host Ä*\n User x\nMatch originalhost ä*\n Port 23', {
    host: 'ÄB',
  }),
  one('a key alias of other letters', 'HostKeyAlias ÄBC\nIdentityFile ~/%k'),
  one('a negation', 'Host * !web\n User x\nHost *\n User y'),
  one('a negation alone', 'Host !db\n User x'),
  one('what is set first', 'Host *\n User x\nHost web\n User y\n Port 23'),
  one('what stands before any host', 'User x\nHost web\n User y'),
  one('user and port that were given', 'User x\nPort 23', { user: 'me', port: 2222 }),
  one('an equals sign', 'Host=web\nUser=x\nPort = 23\n  HostName=  a.example'),
  one('keywords in any case', 'HOST web\n  uSER x'),
  one('quotes', 'User "x"\nIdentityFile "~/a b"\nHostKeyAlias \'q\''),
  one('a quote inside a word', 'IdentityFile ~/a" b"/c'),
  one('a backslash', 'IdentityFile ~/a\\ b\nIdentityFile "~/a\\"b"\nIdentityFile ~/a\\b'),
  one('comments', '# User z\nUser x # note\nIdentityFile ~/a#b\n  # Port 1'),
  one('carriage returns', 'User x\r\nPort 23\r\n'),
  one('tabs and form feeds', '\tUser\tx\f\nPort 23 \t'),
  one('several keys', 'IdentityFile ~/a\nHost web\n IdentityFile ~/b\n IdentityFile ~/a'),
  one('keys by tokens', 'User x\nPort 23\nIdentityFile ~/.ssh/%r@%h:%p-%n-%u-%%-%i-%k-%L-%l'),
  one('a hash of the connection', 'IdentityFile %d/.ssh/%C'),
  one('a variable in a path', 'IdentityFile ${HOME}/key'),
  one('no key', 'IdentityFile none'),
  one('no key and a key', 'IdentityFile none\nIdentityFile ~/a'),
  one('only these keys', 'IdentitiesOnly yes\nIdentityFile ~/a'),
  one('no agent', 'IdentityAgent none'),
  one('an agent', 'IdentityAgent ~/agent/%u'),
  one('the usual agent', 'IdentityAgent SSH_AUTH_SOCK'),
  one('an agent by variable', 'IdentityAgent $LAMINA_AGENT'),
  one('an agent by variable in braces', 'IdentityAgent ${LAMINA_AGENT}/x'),
  one('a jump', 'Host web\n ProxyJump bastion'),
  one('several jumps', 'ProxyJump me@a:23,ssh://you@b:24,c'),
  one('a jump by address', 'ProxyJump [2001:db8::1]:23'),
  one('no jump', 'Host web\n ProxyJump none\nHost *\n ProxyJump bastion\n ProxyCommand nc %h %p'),
  one('a jump before a command', 'ProxyJump bastion\nProxyCommand nc %h %p'),
  one('a command before a jump', 'ProxyCommand nc %h %p\nProxyJump bastion'),
  one('a command', 'User x\nPort 23\nProxyCommand  nc "%h"  %p %r %n %% # no comment'),
  one('a command after an equals sign', 'ProxyCommand = ssh -o A=b x'),
  one('a command with quotes', 'ProxyCommand sh -c \'echo "a b" "\'"c"\'\' \\$x'),
  one('no command', 'ProxyCommand none\nProxyCommand nc %h %p'),
  one('an alias for the host key', 'HostKeyAlias Farm.Example'),
  one('files of host keys', 'UserKnownHostsFile ~/kh %d/kh-%h\nGlobalKnownHostsFile /a /b'),
  one('files of host keys in the home folder', 'UserKnownHostsFile ~/a\nGlobalKnownHostsFile ~/b ~/c'),
  one('files of host keys twice', 'UserKnownHostsFile /a\nUserKnownHostsFile /b'),
  one('no files of host keys', 'UserKnownHostsFile none\nGlobalKnownHostsFile none'),
  ...['yes', 'no', 'off', 'ask', 'accept-new'].map((word) =>
    one(`host keys: ${word}`, `StrictHostKeyChecking ${word}`),
  ),
  one('hashed names', 'HashKnownHosts yes'),
  one('revoked host keys', 'RevokedHostKeys /a/revoked'),
  one('revoked host keys twice', 'RevokedHostKeys /a/revoked\nRevokedHostKeys /b'),
  one('no revoked host keys', 'RevokedHostKeys none'),
  one('a command for host keys', 'KnownHostsCommand /bin/keys %H "%h a" # it\\\'s ${LAMINA_AGENT}'),
  one('no command for host keys', 'KnownHostsCommand none'),
  one('a trusted localhost', 'NoHostAuthenticationForLocalhost yes'),
  ...['yes', 'no', 'ask'].map((word) => one(`further host keys: ${word}`, `UpdateHostKeys ${word}`)),
  one('times', 'ConnectTimeout 1m30s\nServerAliveInterval 15'),
  one('no time', 'ConnectTimeout none\nServerAliveInterval 0'),
  one('Match all', 'Match all\n User x'),
  one(
    'Match host',
    'Host web\n HostName web.example\nMatch host *.example\n User x\nMatch host web\n User y',
  ),
  one('Match host, several', 'Match host db,we*\n User x'),
  one('Match host, negated', 'Match !host web\n User x\nMatch host *,!web\n Port 23'),
  one('Match originalhost', 'HostName web.example\nMatch originalhost web\n User x'),
  one('Match user', 'User me\nMatch user me\n Port 23\nMatch user you\n Port 24'),
  one('Match user that was given', 'Match user me\n Port 23', { user: 'me' }),
  one('Match localuser', 'Match localuser root\n User x\nMatch localuser nobody\n Port 23'),
  one('Match several', 'Match host web user root\n User x\nMatch host web user nobody\n Port 24'),
  one('Match twice the same', 'Match host web host db\n User x\nMatch host web host w*\n Port 23'),
  one('Match with an equals sign and quotes', 'Match host="web,db"\n User x'),
  one('Match with a comment', 'Match host web # note\n User x'),
  one('Match final', 'Match final\n User x\nHost web\n HostName a.example\nHost a.example\n Port 23'),
  one('Match final with a host', 'HostName a.example\nMatch final host a.*\n User x'),
  one('Match !final', 'Match !final\n User x\nMatch final all\n Port 23'),
  one('Match canonical', 'Match canonical\n User x'),
  one(
    'keys after a second reading',
    'IdentityFile ~/a\nMatch final\n IdentityFile ~/b\nHost *\n IdentityFile ~/c',
  ),
  one('an included file', 'Include FOLDER/a.conf\nUser y', { files: { 'a.conf': 'User x' } }),
  one('included files by pattern', 'Include FOLDER/*.conf\n', {
    files: { 'b.conf': 'User b\nPort 24', 'a.conf': 'User a', 'c.txt': 'HostName no' },
  }),
  one('a set of letters in a pattern', 'Include FOLDER/[!b].conf\n', {
    files: { 'b.conf': 'User b\nPort 24', 'a.conf': 'User a' },
  }),
  one('a missing included file', 'Include FOLDER/none.conf\nUser x'),
  one('an included file in a block', 'Host web\n Include FOLDER/a.conf\nHost db\n Include FOLDER/b.conf', {
    files: { 'a.conf': 'User x', 'b.conf': 'Port 23' },
  }),
  one('a block in an included file', 'Host web\n Include FOLDER/a.conf\n Port 23', {
    files: { 'a.conf': 'Host db\n User x' },
  }),
  one('a block in an included file of another host', 'Host db\n Include FOLDER/a.conf\nHost web\n Port 23', {
    files: { 'a.conf': 'Host web\n User x\nMatch all\n HostName no' },
  }),
  one('a file included twice', 'Include FOLDER/a.conf FOLDER/a.conf', {
    files: { 'a.conf': 'IdentityFile ~/a' },
  }),
  one('an address', 'Host 10.*\n User x', { host: '10.0.0.1' }),
  one('an address of IPv6', 'HostName 2001:db8::1\nMatch host 2001:*\n User x'),
  one('older names', 'IdentityFile2 ~/a\nPubkeyAcceptedKeyTypes ssh-ed25519\nProtocol 2'),
  one(
    'algorithms that are added',
    'Ciphers +aes256-cbc,3des-cbc\nMACs +hmac-md5\nKexAlgorithms +diffie-hellman-group14-sha1\nHostKeyAlgorithms +ssh-rsa\nPubkeyAcceptedAlgorithms +ssh-rsa',
  ),
  one(
    'algorithms that are left out',
    'Ciphers -aes*-ctr\nMACs -hmac-sha2-256*\nKexAlgorithms -ecdh-*\nHostKeyAlgorithms -ecdsa*,rsa-*\nPubkeyAcceptedAlgorithms -rsa-sha2-256',
  ),
  one(
    'algorithms that come first',
    'Ciphers ^aes256-cbc,aes256-ctr\nKexAlgorithms ^ecdh-sha2-nistp256\nHostKeyAlgorithms ^ssh-rsa',
  ),
  one(
    'lists of algorithms',
    'Ciphers aes256-ctr,aes128-cbc\nKexAlgorithms diffie-hellman-group1-sha1,curve25519-sha256\nHostKeyAlgorithms rsa-*,ssh-ed*\nPubkeyAcceptedAlgorithms ecdsa-*',
  ),
  one(
    'addresses',
    'AddressFamily inet6\nBindAddress ::1\nBindInterface eth0\nConnectionAttempts 3\nRequiredRSASize 2048',
  ),
  one('unknown keywords that are to be ignored', 'IgnoreUnknown foo*,bar\nFooBar 1\nUser x'),
  one(
    'options that are not followed',
    'CertificateFile ~/c\nCiphers aes256-ctr\nVerifyHostKeyDNS yes\nBindAddress ::1',
  ),
  one(
    'their defaults',
    'VerifyHostKeyDNS no\nPasswordAuthentication yes\nProxyUseFdpass no\nAddressFamily any',
  ),
  ...['yes', 'no', 'unbound', 'host-bound'].map((word) =>
    one(`keys: ${word}`, `PubkeyAuthentication ${word}`),
  ),
  ...['yes', 'no'].flatMap((word) => [
    one(`passwords: ${word}`, `PasswordAuthentication ${word}`),
    one(`questions: ${word}`, `KbdInteractiveAuthentication ${word}`),
    one(`questions by their older name: ${word}`, `ChallengeResponseAuthentication ${word}`),
    one(`nobody to ask: ${word}`, `BatchMode ${word}`),
    one(
      `methods that Lamina does not know: ${word}`,
      `GSSAPIAuthentication ${word}\nHostbasedAuthentication ${word}`,
    ),
  ]),
  one('an order of methods', 'PreferredAuthentications password,publickey'),
  one('an order of methods with unknown ones', 'PreferredAuthentications foo,gssapi-with-mic,password,none'),
  one('how often a password is asked for', 'NumberOfPasswordPrompts 1'),
  one('no question at all', 'NumberOfPasswordPrompts 0'),
  one('nobody to ask, and who is silent', 'BatchMode yes\nServerAliveInterval 15\nStrictHostKeyChecking no'),
  one('names that were made canonical', 'CanonicalizeHostname no\nCanonicalDomains example'),
  one(
    'options of no concern',
    'ControlMaster auto\nControlPath ~/c\nForwardAgent yes\nGSSAPIAuthentication yes',
  ),
]

/** `ssh -G` writes the last jump in its own spelling. */
export function sameJump(jump: string | undefined): string | undefined {
  return jump === 'none' ? undefined : jump?.replace(/\s*#.*$/, '').replace(/ssh:\/\/([^,]*)$/, '$1')
}
