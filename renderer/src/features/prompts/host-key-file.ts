const names: Readonly<Record<string, string>> = { ED25519: 'ed25519', ECDSA: 'ecdsa', RSA: 'rsa', DSA: 'dsa' }

/** The command that shows a host's own fingerprint when it is run there; sshd keeps its keys in files of these names. */
export function fingerprintCommand(keyType: string): string {
  const name = names[keyType.toUpperCase()]
  return `ssh-keygen -lf /etc/ssh/ssh_host_${name ?? '*'}_key.pub`
}
