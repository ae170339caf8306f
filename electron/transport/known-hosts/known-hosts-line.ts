import { createHmac } from 'node:crypto'
import { inLowerCase, matchesPatternList } from '../ssh-config/files/patterns'
import { fromBase64, readPublicKey, type WrittenKey } from './public-key'

/** One key of a known_hosts file (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT). */
export interface KnownHostsLine extends WrittenKey {
  readonly file: string
  /** The first line is 1. */
  readonly line: number
  readonly marker: 'none' | 'cert-authority' | 'revoked'
  readonly hosts: HostNames
  /** KnownHostsCommand said it, and no file holds it. */
  readonly isSaid?: true
}

type HostNames =
  | { readonly hashed: false; /** In lower case. */ readonly patterns: string }
  | { readonly hashed: true; readonly salt: Buffer; readonly hash: Buffer }

const sha1Bytes = 20

/** Reads a file's text, one character a byte; lines that OpenSSH would skip are not in it. */
export function parseKnownHosts(file: string, text: string): KnownHostsLine[] {
  return text.split('\n').flatMap((line, index) => parseLine(file, index + 1, line) ?? [])
}

function parseLine(file: string, line: number, whole: string): KnownHostsLine | undefined {
  // A line ends at a zero byte for OpenSSH.
  let text = (whole.split('\0', 1)[0] ?? '').replace(/^[ \t]+/, '')
  if (text === '' || text.startsWith('#')) return undefined
  const marker = markerOf(text)
  if (marker === undefined) return undefined
  if (marker !== 'none') text = withoutFirstWord(text)
  const hosts = hostNames(firstWord(text))
  const written = readPublicKey(withoutFirstWord(text))
  if (hosts === undefined || written === undefined || written === 'too-short') return undefined
  return { file, line, marker, hosts, ...written }
}

function firstWord(text: string): string {
  return text.split(/[ \t]/, 1)[0] ?? ''
}

function withoutFirstWord(text: string): string {
  return text.replace(/^[^ \t]*[ \t]*/, '')
}

function markerOf(text: string): KnownHostsLine['marker'] | undefined {
  if (!text.startsWith('@')) return 'none'
  const word = firstWord(text)
  return word === '@revoked' ? 'revoked' : word === '@cert-authority' ? 'cert-authority' : undefined
}

function hostNames(names: string): HostNames | undefined {
  if (!names.startsWith('|')) return { hashed: false, patterns: inLowerCase(names) }
  const [, salt, hash] = /^\|1\|([^|]+)\|([^|]+)$/.exec(names)?.map(fromBase64) ?? []
  if (salt?.length !== sha1Bytes || hash?.length !== sha1Bytes) return undefined
  return { hashed: true, salt, hash }
}

/** Whether a line is about a name, written `host` or `[host]:port` in lower case, a character a byte. */
export function namesHost({ hosts }: KnownHostsLine, name: string): boolean {
  if (!hosts.hashed) return matchesPatternList(name, hosts.patterns)
  return hashOfName(name, hosts.salt).equals(hosts.hash)
}

/** What stands for a name, a character a byte, in a hashed line. */
export function hashOfName(name: string, salt: Buffer): Buffer {
  return createHmac('sha1', salt).update(name, 'latin1').digest()
}
