import {
  algorithmKeywords,
  isAmong,
  parseAlgorithmChoice,
  type AlgorithmChoice,
  type AlgorithmChoices,
} from './algorithm-choice'
import type { HostOptions } from './files/host-options'

/** What options say about lists of algorithms. */
export function algorithmChoicesIn(options: HostOptions): AlgorithmChoices {
  return Object.fromEntries(
    algorithmKeywords.flatMap((keyword) => {
      const choice = choiceFor(keyword, options)
      return choice === undefined ? [] : [[keyword, choice]]
    }),
  )
}

/** The lists of algorithms as they stand in `options`, which were read without OpenSSH. */
export function writtenAlgorithms({ values }: HostOptions): ReadonlyMap<string, string> {
  return new Map(
    algorithmKeywords.flatMap((keyword) => {
      const text = values.get(keyword)?.[0]
      return text === undefined ? [] : [[keyword, text] as const]
    }),
  )
}

/**
 * `ssh -G` prints whole lists, and one that nobody changed as well: what somebody named is what the files say, and where
 * those do not tell (`Match exec`), what is not among OpenSSH's defaults. A list that only changes the defaults has their order,
 * which is nobody's wish: it changes Lamina's own then.
 */
function choiceFor(keyword: string, options: HostOptions): AlgorithmChoice | undefined {
  const text = options.set.has(keyword) ? options.values.get(keyword)?.[0] : undefined
  const stands = options.writtenAlgorithms?.get(keyword)
  const written = stands === undefined ? undefined : parseAlgorithmChoice(stands)
  if (text === undefined) return written
  const choice = parseAlgorithmChoice(text)
  if (!options.expanded) return choice
  const usual = options.usualAlgorithms?.get(keyword)?.split(',') ?? []
  if (written !== undefined && completed(written, usual) === text) return written
  const named = choice.names.filter((name) => isAmong(name, written?.named ?? []) || !usual.includes(name))
  return { ...choice, named }
}

/** The list that OpenSSH makes of its defaults (kex.c, kex_assemble_names). */
function completed({ how, names }: AlgorithmChoice, usual: readonly string[]): string {
  switch (how) {
    case 'only':
      return names.join(',')
    case 'also':
      return [...new Set([...usual, ...names])].join(',')
    case 'first':
      return [...new Set([...names, ...usual])].join(',')
    case 'without':
      return usual.filter((name) => !isAmong(name, names)).join(',')
  }
}
