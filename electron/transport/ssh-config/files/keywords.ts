/** Keywords that OpenSSH takes and that say nothing about what Lamina does with a host (ssh_config(5)). */
const irrelevant = `addkeystoagent canonicaldomains canonicalizefallbacklocal canonicalizemaxdots
  canonicalizepermittedcnames casignaturealgorithms channeltimeout clearallforwardings compression
  controlmaster controlpath controlpersist dynamicforward enableescapecommandline enablesshkeysign escapechar
  exitonforwardfailure fingerprinthash forkafterauthentication forwardagent forwardx11 forwardx11timeout
  forwardx11trusted gatewayports gssapiclientidentity gssapidelegatecredentials gssapikexalgorithms
  gssapikeyexchange gssapirenewalforcesrekey gssapiserveridentity gssapitrustdns hostbasedacceptedalgorithms
  hostbasedkeytypes ignoreunknown ipqos kbdinteractivedevices localcommand localforward loglevel logverbose
  obscurekeystroketiming permitlocalcommand permitremoteopen rekeylimit remotecommand
  remoteforward requesttty sendenv serveralivecountmax sessiontype setenv stdinnull streamlocalbindmask
  streamlocalbindunlink syslogfacility tag tcpkeepalive tunnel tunneldevice visualhostkey xauthlocation
  protocol cipher fallbacktorsh globalknownhostsfile2 rhostsauthentication userknownhostsfile2 useroaming usersh
  useprivilegedport keepalive versionaddendum warnweakcrypto compressionlevel afstokenpassing
  kerberosauthentication kerberostgtpassing rhostsrsaauthentication rsaauthentication`

/** Keywords that `hop.ts` follows. */
const followed = `addressfamily batchmode bindaddress bindinterface ciphers connectionattempts connecttimeout
  globalknownhostsfile gssapiauthentication hashknownhosts hostbasedauthentication hostkeyalgorithms hostkeyalias hostname
  identitiesonly identityagent identityfile kbdinteractiveauthentication kexalgorithms knownhostscommand macs
  nohostauthenticationforlocalhost numberofpasswordprompts passwordauthentication port preferredauthentications proxycommand
  proxyjump pubkeyacceptedalgorithms pubkeyauthentication refuseconnection requiredrsasize revokedhostkeys
  serveraliveinterval stricthostkeychecking user userknownhostsfile`

/** What follows from each option that Lamina does not follow; a person is told where one is set. */
const notFollowed: ReadonlyMap<string, string> = new Map([
  ['CanonicalizeHostname', 'the name is taken as it is written'],
  ['CertificateFile', 'certificates are not shown to the server, only the keys themselves'],
  ['CheckHostIP', 'the host key is looked up by name only'],
  ['PKCS11Provider', 'keys of such devices can be used through an agent only'],
  ['ProxyUseFdpass', 'the ProxyCommand must carry the connection itself'],
  ['SecurityKeyProvider', 'keys on security devices are not used'],
  ['UpdateHostKeys', 'further keys that a host tells of are not written to known_hosts'],
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
  ['canonicalizehostname', ['no', 'false', 'none']],
  ['checkhostip', ['no', 'false']],
  ['pkcs11provider', ['none']],
  ['proxyusefdpass', ['no', 'false']],
  ['securitykeyprovider', ['internal', 'none', '$ssh_sk_provider']],
  // Where nobody says anything it depends on UserKnownHostsFile.
  ['updatehostkeys', ['no', 'false', 'yes', 'true']],
  ['verifyhostkeydns', ['no', 'false']],
])

/** Whether values are what OpenSSH has where nobody says anything; known for those that lead to warnings. */
export function isOpenSshDefault(keyword: string, values: readonly string[]): boolean {
  const usual = defaults.get(keyword)
  return usual !== undefined && values.every((value) => usual.includes(value.toLowerCase()))
}
