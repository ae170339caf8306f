import { bytesOfText, inLowerCase, matchesPattern } from './patterns'
import { type ConfigLine, splitCriteria } from './config-line'
import { expandTokens } from './expand'
import type { HostOptions, HostQuestion } from './host-options'
import { canonicalAddress } from './ip-address'
import { isKnownKeyword, isOpenSshDefault } from './keywords'
import { matchCriteria, type MatchContext } from './match'

/** Keywords whose values are a list of words; the first line that sets one sets it whole. */
const lists = new Set(['userknownhostsfile', 'globalknownhostsfile', 'revokedhostkeys'])
/** Keywords that take the rest of the line as it is. */
const commands = new Set(['proxycommand', 'proxyjump', 'knownhostscommand', 'localcommand', 'remotecommand'])
/** Keywords that are times, of which `none` sets nothing (readconf.c, parse_time). */
const times = new Set(['connecttimeout', 'serveraliveinterval'])
/** Keywords of which every line counts. */
const gathered = new Set(['identityfile', 'certificatefile'])
/** Other names of the same keyword (readconf.c, keywords). */
const aliases: ReadonlyMap<string, string> = new Map([
  ['identityfile2', 'identityfile'],
  ['smartcarddevice', 'pkcs11provider'],
  ['challengeresponseauthentication', 'kbdinteractiveauthentication'],
  ['skeyauthentication', 'kbdinteractiveauthentication'],
  ['tisauthentication', 'kbdinteractiveauthentication'],
  ['dsaauthentication', 'pubkeyauthentication'],
  ['pubkeyacceptedkeytypes', 'pubkeyacceptedalgorithms'],
])

/**
 * Reads parsed configuration for one host as OpenSSH does (readconf.c): what is set first stays, and after a
 * `Match final` was met everything is read once more with the name that was found. `Match exec` is never run.
 */
export function evaluateConfig(
  files: readonly (readonly ConfigLine[])[],
  question: HostQuestion,
  localUser: string,
): HostOptions {
  const pass = new Reading(question, localUser)
  for (const lines of files) pass.read(lines)
  if (pass.wantsFinal) {
    pass.beginFinal()
    for (const lines of files) pass.read(lines)
  }
  return pass.options()
}

class Reading {
  wantsFinal = false
  readonly #question: HostQuestion
  readonly #localUser: string
  readonly #values = new Map<string, string[]>()
  readonly #warnings = new Set<string>()
  /** What `Host` is held against: the name that was asked for, later the one that was found. */
  #host: string
  #final = false

  constructor(question: HostQuestion, localUser: string) {
    this.#question = question
    this.#localUser = localUser
    this.#host = question.host
    if (question.user !== undefined) this.#values.set('user', [question.user])
    if (question.jump !== undefined) this.#values.set('proxyjump', [question.jump])
    if (question.port !== undefined) this.#values.set('port', [String(question.port)])
  }

  read(lines: readonly ConfigLine[], reachable = true): void {
    let active = reachable
    for (const line of lines) {
      if (line.keyword === 'host') active = reachable && this.#matchesHost(line)
      else if (line.keyword === 'match') active = this.#matches(line) && reachable
      else if (line.included !== undefined) for (const file of line.included) this.read(file, active)
      else if (active) this.#set(line)
    }
  }

  beginFinal(): void {
    this.#final = true
    this.#host = this.#hostName()
    this.#values.set('hostname', [this.#host])
  }

  options(): HostOptions {
    const { host } = this.#question
    return {
      originalHost: host,
      hostName: this.#hostName(),
      port: Number(this.#values.get('port')?.[0] ?? 22),
      user: this.#values.get('user')?.[0] ?? this.#localUser,
      values: this.#values,
      set: new Set(
        [...this.#values].filter(([keyword, values]) => !isOpenSshDefault(keyword, values)).map(([k]) => k),
      ),
      expanded: false,
      warnings: [...this.#warnings],
    }
  }

  #hostName(): string {
    const name = this.#nameSoFar()
    const family = this.#values.get('addressfamily')?.[0]?.toLowerCase()
    return canonicalAddress(name, family === 'inet' ? 4 : family === 'inet6' ? 6 : 0) ?? inLowerCase(name)
  }

  #nameSoFar(): string {
    const name = this.#values.get('hostname')?.[0]
    if (name === undefined || this.#final) return name ?? this.#host
    return expandTokens(name, { h: this.#question.host }, 'HostName')
  }

  #matchesHost(line: ConfigLine): boolean {
    let matched = false
    const host = bytesOfText(this.#host)
    for (const pattern of (line.words ?? []).map(bytesOfText)) {
      if (pattern.startsWith('!')) {
        if (matchesPattern(host, pattern.slice(1))) return false
      } else matched ||= matchesPattern(host, pattern)
    }
    return matched
  }

  #matches(line: ConfigLine): boolean {
    const context: MatchContext = {
      host: this.#nameSoFar(),
      originalHost: this.#question.host,
      user: this.#values.get('user')?.[0] ?? this.#localUser,
      localUser: this.#localUser,
      final: this.#final,
    }
    const match = matchCriteria(splitCriteria(line.text), context)
    this.wantsFinal ||= match.wantsFinal
    if (match.warning !== undefined) this.#warnings.add(`${match.warning} (${line.place}).`)
    return match.matched
  }

  #set(line: ConfigLine): void {
    const keyword = aliases.get(line.keyword) ?? line.keyword
    if (!isKnownKeyword(keyword)) {
      this.#warnUnknown(line)
      return
    }
    const words = commands.has(keyword) ? [line.text.replace(/^[ \t=]+/, '')] : line.words
    const first = words?.[0]
    if (words === undefined || first === undefined || first === '') {
      this.#warnings.add(`${line.keyword} is not followed, for its value cannot be read (${line.place}).`)
      return
    }
    if (first === 'none' && times.has(keyword)) return
    this.#store(keyword, lists.has(keyword) ? words : [first])
  }

  #store(keyword: string, values: readonly string[]): void {
    const before = this.#values.get(keyword)
    if (gathered.has(keyword)) this.#values.set(keyword, [...new Set([...(before ?? []), ...values])])
    else if (before === undefined && !this.#isProxied(keyword)) this.#values.set(keyword, [...values])
  }

  /**
   * Whichever of ProxyJump and ProxyCommand is set first counts (ssh_config(5), ProxyJump), but a command is followed
   * after `ProxyJump none` (measured with OpenSSH 9.2).
   */
  #isProxied(keyword: string): boolean {
    if (keyword === 'proxyjump') return this.#values.has('proxycommand')
    const jump = this.#values.get('proxyjump')?.[0]
    return keyword === 'proxycommand' && jump !== undefined && jump.toLowerCase() !== 'none'
  }

  #warnUnknown({ keyword, place }: ConfigLine): void {
    const ignored = this.#values.get('ignoreunknown')?.[0]?.toLowerCase().split(',') ?? []
    if (!ignored.some((pattern) => matchesPattern(keyword, pattern)))
      this.#warnings.add(`${keyword} is not followed, for it is not known (${place}).`)
  }
}
