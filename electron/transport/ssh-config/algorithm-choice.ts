import { matchesPattern } from './files/patterns'

/** What ssh_config says about one list of algorithms; its names may be patterns. */
export interface AlgorithmChoice {
  /** `only` these, the usual ones and `also` these (`+`), `without` these (`-`), or these `first` (`^`). */
  readonly how: 'only' | 'also' | 'without' | 'first'
  readonly names: readonly string[]
  /** Those of them that somebody wrote down, and that do not merely stand among OpenSSH's defaults. */
  readonly named: readonly string[]
}

/** The lists of ssh_config(5) that are followed, by their keyword in lower case. */
export const algorithmKeywords = [
  'kexalgorithms',
  'hostkeyalgorithms',
  'ciphers',
  'macs',
  'pubkeyacceptedalgorithms',
] as const

export type AlgorithmKeyword = (typeof algorithmKeywords)[number]

/** Absent where nobody said anything. */
export type AlgorithmChoices = Readonly<Partial<Record<AlgorithmKeyword, AlgorithmChoice>>>

/** What a person says about algorithms of one host: in ssh_config, and by the switch for legacy ones. */
export interface AlgorithmWishes {
  readonly choices?: AlgorithmChoices | undefined
  readonly legacy: boolean
}

const forms = { '+': 'also', '-': 'without', '^': 'first' } as const

/** Reads a list as it stands in ssh_config. */
export function parseAlgorithmChoice(text: string): AlgorithmChoice {
  const sign = text.charAt(0)
  const how = sign === '+' || sign === '-' || sign === '^' ? forms[sign] : 'only'
  const names = (how === 'only' ? text : text.slice(1)).split(',').filter((name) => name !== '')
  return { how, names, named: how === 'without' ? [] : names }
}

/** Whether one of these patterns means an algorithm. */
export function isAmong(name: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => matchesPattern(name, pattern))
}
