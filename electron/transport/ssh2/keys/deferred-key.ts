import type { ParsedKey } from 'ssh2'

/** What a server that accepts a key wants signed. */
export interface SignatureWanted {
  readonly data: Buffer
  readonly hash: string | undefined
}

/**
 * ssh2 signs at once when a server accepts a key, but an agent or a person who has to enter a passphrase takes time. So a
 * key is offered twice: first with `offeredKey`, which only notes what is to be signed and refuses, and, when the
 * signature is there, with `signedKey`. The offer alone is no failed attempt for the server.
 */
export function offeredKey(publicKey: ParsedKey, wanted: (signature: SignatureWanted) => void): ParsedKey {
  return keyThatSigns(publicKey, (data, hash) => {
    wanted({ data: Buffer.from(data), hash })
    return new Error(deferred)
  })
}

export function signedKey(publicKey: ParsedKey, asked: SignatureWanted, signature: Buffer): ParsedKey {
  return keyThatSigns(publicKey, (data) =>
    asked.data.equals(data) ? signature : new Error('the server wants something else signed than before'),
  )
}

/** How the error that ssh2 then reports ends; it is no failure. */
const deferred = 'the signature comes later'

function keyThatSigns(
  publicKey: ParsedKey,
  sign: (data: Buffer, hash: string | undefined) => Buffer | Error,
): ParsedKey {
  // ssh2 knows its own keys by a hidden property, which is inherited here.
  return Object.create(publicKey, {
    isPrivateKey: { value: () => true },
    sign: { value: sign },
  }) as ParsedKey
}
