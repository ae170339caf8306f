/** What went wrong, by its kind; the sentence between title and remedy comes from where it happened. */
export const failure = {
  'invalid-input': {
    title: 'Something that was given cannot be used',
    remedy: 'Correct what is named above, then try again.',
  },
  'unknown-operation': { title: 'The request is not known', remedy: 'This is a bug; please report it.' },
  'unknown-host': {
    title: 'The host is not known',
    remedy: 'It may have been removed from the list; add it again.',
  },
  'unsupported-address': {
    title: 'The engine’s address is not supported',
    remedy: "Use an address such as ssh://user{'@'}host or unix:///path/to/docker.sock.",
  },
  'host-unreachable': {
    title: 'The host cannot be reached',
    remedy: 'Check its address, that it is running, and that this machine may connect to its SSH port.',
  },
  'host-key-changed': {
    title: 'The host’s key has changed',
    remedy:
      'Somebody may be posing as the host. Ask who runs it whether the key was replaced. Only then remove the old one with ssh-keygen -R and connect again.',
  },
  'host-key-revoked': {
    title: 'The host’s key is revoked',
    remedy: 'It must not be trusted any more. Ask who runs the host for its new key.',
  },
  'host-key-refused': {
    title: 'The host’s key was not trusted',
    remedy: 'Compare its fingerprint with the one on the host, then connect again.',
  },
  'authentication-failed': {
    title: 'The host did not accept the sign-in',
    remedy: 'Check user, key and password. The connection log says what was tried.',
  },
  'prompt-required': {
    title: 'An answer is needed first',
    remedy: 'Connect again and answer what is asked.',
  },
  'connection-lost': {
    title: 'The connection to the host was lost',
    remedy: 'Lamina connects again by itself as soon as the host answers.',
  },
  'server-misbehaved': {
    title: 'The SSH server does not keep to the protocol',
    remedy: 'Find out what listens there and whether something sits in between; then connect again.',
  },
  'engine-unreachable': {
    title: 'The engine does not answer',
    remedy: 'Start it where it runs, for example with: systemctl start docker',
  },
  'engine-unsupported': {
    title: 'The engine and Lamina have no version of the API in common',
    remedy: 'Update the older of the two.',
  },
  'engine-answer-invalid': {
    title: 'The engine’s answer was not understood',
    remedy: 'Check that the address leads to a container engine.',
  },
  'engine-failed': { title: 'The engine refused', remedy: 'The engine’s log may say more.' },
  'permission-denied': {
    title: 'Not permitted',
    remedy: 'Ask whoever runs the engine for the right to do this.',
  },
  'not-found': { title: 'It is not there', remedy: 'It may have been removed meanwhile.' },
  ambiguous: { title: 'More than one matches', remedy: 'Use a longer id or the full name.' },
  conflict: { title: 'Not possible right now', remedy: 'Try again when the other work has ended.' },
  'reference-invalid': { title: 'The name is not valid', remedy: 'Choose another name.' },
  'reference-in-use': {
    title: 'The name belongs to another image',
    remedy: 'Choose another name, or move it.',
  },
  'lens-unavailable': {
    title: 'The host’s files cannot be read',
    remedy: 'The engine’s own listing can be used instead; it has no sizes.',
  },
  'listing-closed': { title: 'The listing is no longer open', remedy: 'Read the changes again.' },
  'command-failed': { title: 'A command on the host failed', remedy: 'Try again.' },
  'outcome-unknown': {
    title: 'It is not known whether the snapshot was made',
    remedy: 'Lamina looks again when the engine answers; do not repeat it before.',
  },
  'base-incomplete': {
    title: 'The container’s image is not whole',
    remedy: 'Pull the image again, or load it from an archive.',
  },
  'snapshot-unverified': {
    title: 'The snapshot could not be checked',
    remedy: 'Compare it with its base before relying on it.',
  },
  'too-large': { title: 'Too large', remedy: 'Save it to a file, or take a part of it.' },
  'storage-failed': {
    title: 'A file of this machine could not be read or written',
    remedy: 'Check disk space and permissions.',
  },
  cancelled: { title: 'Cancelled', remedy: 'Nothing more happens.' },
  'timed-out': { title: 'No answer in time', remedy: 'The engine may be busy; try again.' },
  internal: { title: 'Something unexpected happened', remedy: 'This is a bug; please report it.' },
} as const

/** Why a text cannot be an image's name. */
export const reference = {
  empty: 'A name is needed, such as web:1.0.',
  'not-ascii': 'Only ASCII characters are allowed.',
  uppercase: 'Only the tag may have capital letters.',
  'looks-like-id': 'A name of 64 hexadecimal digits, or sha256, would be taken for an id.',
  'bad-domain': 'The registry before the first slash is not a valid host.',
  'bad-name':
    'A name has lower-case letters and digits, with single dots, underscores or hyphens between them, and parts divided by slashes.',
  'name-too-long': 'The name may have 255 characters at most.',
  'bad-tag': 'The tag after the colon has letters, digits, dots, underscores and hyphens, 128 at most.',
  'bad-digest': 'The digest is not valid.',
  'digest-not-taggable': 'A snapshot cannot be given a digest; leave out what follows the at sign.',
  taken: 'Another image has this name; it is not taken without a question.',
} as const
