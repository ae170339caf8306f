import { createHmac } from 'node:crypto'
import { inLowerCase, matchesPatternList } from '../patterns'
import { fromBase64, typeNamed, typeOfKey } from './public-key'

/** One key of a known_hosts file (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT). */
export interface KnownHostsLine {
  readonly file: string
  /** The first line is 1. */
  readonly line: number
  readonly marker: 'none' | 'cert-authority' | 'revoked'
  readonly hosts: HostNames
  readonly type: string
  /** The key in base64, in its one right spelling. */
  readonly key: string
}

type HostNames =
  | { readonly hashed: false; /** In lower case. */ readonly patterns: string }
  | { readonly hashed: true; readonly salt: Buffer; readonly hash: Buffer }

const sha1Bytes = 20

/** Reads a file's text, one character a byte; lines that OpenSSH would skip are not in it. */
export function parseKnownHosts(file: string, text: string): KnownHostsLine[] {
  return text.split('\n').flatMap((line, index) => parseLine(file, index + 1, line) ?? [])
}

function parseLine(file: string, line: number, text: string): KnownHostsLine | undefined {
  // A line ends at a zero byte for OpenSSH; a carriage return at its end is white space.
  const words = (text.split('\0', 1)[0] ?? '').split(/[ \t\r]+/).filter((word) => word !== '')
  if (words[0] === undefined || words[0].startsWith('#')) return undefined
  const marker = markerOf(words[0])
  if (marker === undefined) return undefined
  const [names = '', typeName = '', key = ''] = marker === 'none' ? words : words.slice(1)
  const hosts = hostNames(names)
  const blob = fromBase64(key)
  const type = blob === undefined ? undefined : typeOfKey(blob)
  if (hosts === undefined || type === undefined || typeNamed(typeName) !== type) return undefined
  return { file, line, marker, hosts, type, key }
}

function markerOf(word: string): KnownHostsLine['marker'] | undefined {
  if (!word.startsWith('@')) return 'none'
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
