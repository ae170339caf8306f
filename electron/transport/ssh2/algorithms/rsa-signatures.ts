import type { Client } from 'ssh2'

/** How keys of the type `ssh-rsa` may sign (RFC 8332), in OpenSSH's order. */
export const rsaSignatures: readonly string[] = ['rsa-sha2-512', 'rsa-sha2-256', 'ssh-rsa']

/** An extension that a server names after the key exchange (RFC 8308, 3.1). */
interface Extension {
  readonly name: string
  readonly algs?: readonly string[]
}

type ExtensionHandler = (protocol: unknown, extensions: readonly Extension[]) => void

/** What ssh2 keeps for itself. */
interface Inside {
  readonly _protocol?: { readonly _handlers?: { EXT_INFO?: ExtensionHandler } }
}

/**
 * Has ssh2 sign with RSA keys as OpenSSH does: by the first of these ways that the server names. ssh2 prefers SHA-256 whatever is
 * wanted, and has no setting for it.
 * @param wanted ways to sign, the preferred one first
 */
export function preferSignatures(client: Client, wanted: readonly string[]): void {
  const handlers = (client as unknown as Inside)._protocol?._handlers
  const heard = handlers?.EXT_INFO
  if (handlers === undefined || heard === undefined) return
  handlers.EXT_INFO = (protocol, extensions) => {
    heard(
      protocol,
      extensions.map((one) => (one.algs === undefined ? one : { ...one, algs: chosen(one.algs, wanted) })),
    )
  }
}

function chosen(named: readonly string[], wanted: readonly string[]): readonly string[] {
  const others = named.filter((name) => !rsaSignatures.includes(name))
  const first = wanted.find((name) => named.includes(name))
  return first === undefined ? others : [...others, first]
}
