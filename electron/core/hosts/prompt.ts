import type { KeyLeftAside } from './key-problem'

/**
 * A question that only a person can answer while a host is being opened. `keysLeftAside` are keys that would have been tried in place of the
 * question, and why they were not.
 */
export type Prompt =
  /** An unknown host key. The answer's `values` are empty: answering is accepting. */
  | {
      readonly kind: 'host-key'
      /** The name as `known_hosts` has it: `host` or `[host]:port`. */
      readonly host: string
      /** As OpenSSH names it: `ED25519`, `ECDSA`, `RSA`. */
      readonly keyType: string
      /** `SHA256:` and base64 without padding, as `ssh-keygen -l` prints it. */
      readonly fingerprint: string
      /** Where accepting writes it; missing where it can be kept for this session only. */
      readonly file?: string
      /** The same key under other names: how many lines have it, and the first of them. */
      readonly knownAs?: {
        readonly total: number
        /** `names` is a list as the file has it, and missing where it is hashed there. */
        readonly first: readonly { readonly names?: string; readonly file: string; readonly line: number }[]
      }
      /** known_hosts names a certificate authority for the host, which could vouch for a certificate, but not for this key. */
      readonly hasAuthority?: true
      /** Files of known hosts that cannot be read, so that the host may be known there. */
      readonly unread?: readonly string[]
    }
  /** The passphrase of an encrypted key file. One value. */
  | { readonly kind: 'passphrase'; readonly keyFile: string; readonly attempt: number }
  /** The password of an account. One value. */
  | {
      readonly kind: 'password'
      readonly user: string
      readonly host: string
      readonly attempt: number
      readonly keysLeftAside?: readonly KeyLeftAside[] | undefined
    }
  /** What the server asks (RFC 4256): as many values as fields. Texts come from the server. */
  | {
      readonly kind: 'keyboard-interactive'
      readonly user: string
      readonly host: string
      readonly name: string
      readonly instructions: string
      readonly fields: readonly { readonly text: string; readonly echo: boolean }[]
      readonly keysLeftAside?: readonly KeyLeftAside[] | undefined
    }

export interface PromptAnswer {
  readonly values: readonly string[]
  /** Keep it beyond this session, where the system has a safe place for it. Passphrases and passwords only. */
  readonly remember?: boolean
}
