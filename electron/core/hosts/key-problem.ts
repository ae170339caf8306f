import { displayName } from '../base/display-name'

/** Why a key that was named is not used, or no longer used, in a login. */
export const keyProblems = [
  'missing',
  'unreadable',
  'not-a-file',
  'too-large',
  'unprotected',
  'empty',
  'not-a-key',
  'damaged',
  'layout',
  'putty',
  'fido',
  'certificate',
  'dsa',
  'short-rsa',
  'not-accepted',
  'unsupported-type',
  'unsupported-encryption',
  'public-only',
  'other-public-key',
  'not-opened',
  'no-signature',
  'sha1-only',
] as const

export type KeyProblem = (typeof keyProblems)[number]

/** A key that is left aside. `key` is its file, or what an agent calls it. */
export interface KeyLeftAside {
  readonly key: string
  readonly problem: KeyProblem
}

/** What each problem is, and what a person can do about it; KEY stands for the key. */
const words: Readonly<Record<KeyProblem, readonly [why: string, remedy: string]>> = {
  missing: ['there is no such file', 'Correct IdentityFile, or put the key there.'],
  unreadable: ['it cannot be read', 'Give the user who runs Lamina the right to read KEY.'],
  'not-a-file': ['it is no regular file', 'Name the file of the key in IdentityFile.'],
  'too-large': ['the file is too large for a key', 'Name the file of the key in IdentityFile.'],
  unprotected: [
    'others than its owner have rights to the file, so that ssh ignores it too',
    'Run chmod 600 KEY.',
  ],
  empty: ['the file is empty', 'Put the key there again.'],
  'not-a-key': [
    'it holds no private key in a format that ssh reads',
    'Name the file of the private key in IdentityFile.',
  ],
  damaged: ['it is cut off or damaged', 'Put the key there again.'],
  layout: [
    'its lines are not as OpenSSH writes them, so that ssh does not read it either: they end as in Windows, something stands before the first, or the last does not end',
    'Begin KEY with its BEGIN line, and end each line with a line feed alone, the last one too.',
  ],
  putty: [
    'it is in the format of PuTTY, which ssh does not read',
    'Convert it: puttygen KEY -O private-openssh -o NEW_FILE.',
  ],
  fido: [
    'it is on a hardware token (FIDO), which Lamina does not support',
    'Use another key for this account.',
  ],
  certificate: [
    'it is a certificate, which Lamina does not show to servers',
    'Have the key itself allowed for the account (authorized_keys).',
  ],
  dsa: ['it is a DSA key, which ssh no longer offers', 'Make a new key: ssh-keygen -t ed25519.'],
  'short-rsa': ['its RSA key is shorter than RequiredRSASize', 'Make a new key: ssh-keygen -t ed25519.'],
  'not-accepted': [
    'PubkeyAcceptedAlgorithms in the SSH configuration allows no such key',
    'Allow it there, or use another key.',
  ],
  'unsupported-type': ['it is a kind of key that SSH does not use', 'Make a new key: ssh-keygen -t ed25519.'],
  'unsupported-encryption': [
    'it is encrypted in a way that Lamina cannot open',
    'Encrypt it anew with ssh-keygen -p -f KEY, or add it to an agent: ssh-add KEY.',
  ],
  'public-only': [
    'only its public part is here, and no agent holds the private one',
    'Add the private key to the agent (ssh-add), or put it beside the public one.',
  ],
  'other-public-key': [
    'the public key beside it belongs to another key',
    'Make the public one anew: ssh-keygen -y -f KEY > KEY.pub.',
  ],
  'not-opened': [
    'it is encrypted, and its right passphrase was not given',
    'Give its passphrase, or add it to an agent: ssh-add KEY.',
  ],
  'no-signature': [
    'nothing could be signed with it',
    'Look at the connection log; where an agent holds it, look at what the agent asks.',
  ],
  'sha1-only': [
    'the server takes its signatures with SHA-1 only',
    'Allow legacy algorithms for this host if it cannot be updated, or use an ed25519 key.',
  ],
}

/** A sentence that names the key and says why it is left aside. */
export function leftAsideSentence({ key, problem }: KeyLeftAside): string {
  return `The key ${displayName(key)} was left aside: ${words[problem][0]}.`
}

/** A sentence or two that say what to do about it. */
export function leftAsideRemedy({ key, problem }: KeyLeftAside): string {
  return words[problem][1].replaceAll('KEY', () => displayName(key))
}
