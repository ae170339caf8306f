import type { FileType } from '../../../../../electron/core/changes/change'
import { octalMode, symbolicMode } from '../../../ui/text/file-mode'
import type { BothFacts, PathFacts } from './path-facts'

export type FactName = 'type' | 'size' | 'mode' | 'owner' | 'time' | 'attribute'

/** One fact of both versions: the values to be shown, and whether they differ. A version without it has no value. */
export interface FactLine {
  readonly name: FactName
  /** Of an extended attribute. */
  readonly label?: string
  readonly lower: string | undefined
  readonly upper: string | undefined
  readonly differs: boolean
}

/** How values are written in the reader's language. */
export interface FactWords {
  type(type: FileType): string
  size(bytes: number): string
  exactSize(bytes: number): string
  time(isoTime: string): string | undefined
  exactTime(isoTime: string): string | undefined
}

type Write = (facts: PathFacts) => string | undefined

/** The facts that there are, each with both versions' values. */
export function factLines(both: BothFacts, words: FactWords): FactLine[] {
  const hasSize = (facts: PathFacts): boolean => facts.size !== undefined && facts.type !== 'directory'
  const size = (write: (bytes: number) => string) => (facts: PathFacts) =>
    hasSize(facts) ? write(facts.size ?? 0) : undefined
  const time = (write: FactWords['time']) => (facts: PathFacts) =>
    facts.modifiedAt === undefined ? undefined : write(facts.modifiedAt)
  /** Two ways to write a fact, of which the second tells apart what the first does not. */
  const lines: (readonly [FactName, Write, Write?])[] = [
    ['type', ({ type }) => words.type(type)],
    ['size', size(words.size), size(words.exactSize)],
    ['mode', writtenMode],
    ['owner', ({ uid, gid }) => (uid === undefined ? undefined : `${String(uid)}:${String(gid ?? '')}`)],
    ['time', time(words.time), time(words.exactTime)],
  ]
  return [...lines.map(([name, ...writes]) => factLine(name, writes, both)), ...attributeLines(both)].filter(
    (line) => (line.lower !== undefined || line.upper !== undefined) && !goesWithoutSaying(line, both),
  )
}

/** What is not said to be something else is a file. */
function goesWithoutSaying({ name, differs }: FactLine, { upper, lower }: BothFacts): boolean {
  return name === 'type' && !differs && (upper ?? lower)?.type === 'file'
}

function factLine(name: FactName, [write, exact]: readonly [Write, Write?], both: BothFacts): FactLine {
  const { upper, lower } = both
  const before = lower && write(lower)
  const now = upper && write(upper)
  const differs = upper !== undefined && lower !== undefined && differsIn(name, upper, lower, before !== now)
  if (differs && before === now && exact !== undefined) return factLine(name, [exact], both)
  return { name, lower: before, upper: now, differs }
}

/** Written values can hide a difference: two sizes are `2.1 kB`, two times lie within a second. */
function differsIn(name: FactName, upper: PathFacts, lower: PathFacts, isWrittenApart: boolean): boolean {
  if (name === 'size') return upper.size !== lower.size
  if (name === 'time') return upper.modifiedAt !== lower.modifiedAt
  return isWrittenApart
}

function writtenMode({ type, mode }: PathFacts): string | undefined {
  if (mode === undefined) return undefined
  return `${symbolicMode(type, mode)} ${octalMode(mode)}`
}

function attributeLines({ upper, lower }: BothFacts): FactLine[] {
  const before = attributesOf(lower)
  const now = attributesOf(upper)
  const isPair = upper !== undefined && lower !== undefined
  return [...new Set([...before.keys(), ...now.keys()])].sort().map((label) => ({
    name: 'attribute',
    label,
    lower: before.get(label),
    upper: now.get(label),
    differs: isPair && before.get(label) !== now.get(label),
  }))
}

function attributesOf(facts: PathFacts | undefined): ReadonlyMap<string, string> {
  return new Map((facts?.attributes ?? []).map(({ name, value, meaning }) => [name, meaning ?? value]))
}
