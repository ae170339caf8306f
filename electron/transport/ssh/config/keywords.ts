/** Keywords that OpenSSH takes and that say nothing about what Lamina does with a host (ssh_config(5)). */
const irrelevant = `addkeystoagent batchmode canonicaldomains canonicalizefallbacklocal canonicalizemaxdots
  canonicalizepermittedcnames casignaturealgorithms channeltimeout clearallforwardings compression connectionattempts
  controlmaster controlpath controlpersist dynamicforward enableescapecommandline enablesshkeysign escapechar
  exitonforwardfailure fingerprinthash forkafterauthentication forwardagent forwardx11 forwardx11timeout
  forwardx11trusted gatewayports gssapiauthentication gssapiclientidentity gssapidelegatecredentials gssapikexalgorithms
  gssapikeyexchange gssapirenewalforcesrekey gssapiserveridentity gssapitrustdns hostbasedacceptedalgorithms
  hostbasedkeytypes ignoreunknown ipqos kbdinteractivedevices localcommand localforward loglevel logverbose
  numberofpasswordprompts obscurekeystroketiming permitlocalcommand permitremoteopen rekeylimit remotecommand
  remoteforward requesttty sendenv serveralivecountmax sessiontype setenv stdinnull streamlocalbindmask
  streamlocalbindunlink syslogfacility tag tcpkeepalive tunnel tunneldevice updatehostkeys visualhostkey xauthlocation
  protocol cipher fallbacktorsh globalknownhostsfile2 rhostsauthentication userknownhostsfile2 useroaming usersh
  useprivilegedport keepalive`

/** Keywords that `hop.ts` follows. */
const followed = `connecttimeout globalknownhostsfile hashknownhosts hostkeyalias hostname identitiesonly identityagent
  identityfile port proxycommand proxyjump serveraliveinterval stricthostkeychecking user userknownhostsfile`

/** What follows from each option that Lamina does not follow; a person is told where one is set. */
const notFollowed: ReadonlyMap<string, string> = new Map([
  ['AddressFamily', 'addresses of both kinds are tried'],
  ['BindAddress', 'the system chooses the address that connections come from'],
  ['BindInterface', 'the system chooses the interface that connections leave by'],
  ['CanonicalizeHostname', 'the name is taken as it is written'],
  ['CertificateFile', 'certificates are not shown to the server, only the keys themselves'],
  ['CheckHostIP', 'the host key is looked up by name only'],
  ['Ciphers', "Lamina's own list of ciphers is offered"],
  ['HostbasedAuthentication', 'this method is not tried'],
  ['HostKeyAlgorithms', "Lamina's own list of host key algorithms is offered"],
  ['KbdInteractiveAuthentication', 'this method is tried where the server offers it'],
  ['KexAlgorithms', "Lamina's own list of key exchanges is offered"],
  ['KnownHostsCommand', 'host keys that only the command knows are unknown'],
  ['MACs', "Lamina's own list of MACs is offered"],
  ['NoHostAuthenticationForLocalhost', 'the host key of this machine is checked as any other'],
  ['PasswordAuthentication', 'this method is tried where the server offers it'],
  ['PKCS11Provider', 'keys of such devices can be used through an agent only'],
  ['PreferredAuthentications', 'methods are tried in their usual order'],
  ['ProxyUseFdpass', 'the ProxyCommand must carry the connection itself'],
  ['PubkeyAcceptedAlgorithms', "Lamina's own list of signatures is offered"],
  ['PubkeyAuthentication', 'this method is tried where the server offers it'],
  ['RequiredRSASize', 'shorter RSA keys of hosts are taken'],
  [
    'RevokedHostKeys',
    'keys that the file revokes are not refused; @revoked lines of known_hosts are followed',
  ],
  ['SecurityKeyProvider', 'keys on security devices are not used'],
  ['VerifyHostKeyDNS', 'the DNS is not asked about host keys'],
])

const consequences = new Map(
  [...notFollowed].map(([name, consequence]) => [name.toLowerCase(), { name, consequence }] as const),
)
const known = new Set([...`${irrelevant} ${followed}`.split(/\s+/), ...consequences.keys()])

/** Whether OpenSSH has such a keyword, in lower case. */
export function isKnownKeyword(keyword: string): boolean {
  return known.has(keyword)
}

/** A sentence for each of these keywords that Lamina does not follow and that matters. */
export function warningsAbout(keywords: Iterable<string>): string[] {
  return [...keywords].flatMap((keyword) => {
    const one = consequences.get(keyword)
    return one === undefined
      ? []
      : `${one.name} in the SSH configuration is not followed: ${one.consequence}.`
  })
}

const defaults: ReadonlyMap<string, readonly string[]> = new Map([
  ['addressfamily', ['any']],
  ['canonicalizehostname', ['no', 'false', 'none']],
  ['checkhostip', ['no', 'false']],
  ['hostbasedauthentication', ['no', 'false']],
  ['kbdinteractiveauthentication', ['yes', 'true']],
  ['knownhostscommand', ['none']],
  ['nohostauthenticationforlocalhost', ['no', 'false']],
  ['passwordauthentication', ['yes', 'true']],
  ['pkcs11provider', ['none']],
  ['proxyusefdpass', ['no', 'false']],
  ['pubkeyauthentication', ['yes', 'true']],
  ['requiredrsasize', ['1024']],
  ['revokedhostkeys', ['none']],
  ['securitykeyprovider', ['internal', 'none', '$ssh_sk_provider']],
  ['verifyhostkeydns', ['no', 'false']],
])

/** Whether values are what OpenSSH has where nobody says anything; known for those that lead to warnings. */
export function isOpenSshDefault(keyword: string, values: readonly string[]): boolean {
  const usual = defaults.get(keyword)
  return usual !== undefined && values.every((value) => usual.includes(value.toLowerCase()))
}
