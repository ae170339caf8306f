import type { ReadVersion } from './content-view'
import { decodedText } from './decoded-text'
import { lineEnding, splitLines, type LineEnding } from '../../diff/line-endings'
import { textLimits, type TextLimits } from './text-limits'

/** Texts as lines, and what is worth saying of them. */
export interface ShownTexts {
  readonly lower: readonly string[] | undefined
  readonly upper: readonly string[] | undefined
  readonly limits: TextLimits
  /** By version, once where they agree; nothing where there is nothing special: UTF-8, lines that end with LF. */
  readonly encodings: readonly string[]
  readonly endings: readonly LineEnding[]
  readonly notes: readonly ('plain' | 'sameText')[]
}

const encodingNames = {
  'utf-8': 'UTF-8',
  'utf-16le': 'UTF-16 LE',
  'utf-16be': 'UTF-16 BE',
  gb18030: 'GB18030',
  latin1: 'Latin-1',
} as const

export function shownTexts(versions: readonly ReadVersion[]): ShownTexts {
  const texts = versions.map(({ facts, bytes, isWhole }) =>
    decodedText(bytes, facts.encoding ?? 'utf-8', isWhole),
  )
  const lines = splitLines(texts)
  const of = (side: 'lower' | 'upper') => lines[versions.findIndex((version) => version.side === side)]
  const limits = textLimits(lines)
  const isSameText = texts.length > 1 && texts.every((text) => text === texts[0])
  const encodings = withoutRepeats(versions.map(({ facts }) => encodingNames[facts.encoding ?? 'utf-8']))
  const endings = withoutRepeats(texts.map((text) => lineEnding(text) ?? 'lf'))
  return {
    lower: of('lower'),
    upper: of('upper'),
    limits,
    encodings: encodings.length === 1 && encodings[0] === 'UTF-8' ? [] : encodings,
    endings: endings.length === 1 && endings[0] === 'lf' ? [] : endings,
    notes: [...(limits.colours ? [] : (['plain'] as const)), ...(isSameText ? (['sameText'] as const) : [])],
  }
}

function withoutRepeats<Value>(values: readonly Value[]): Value[] {
  return values.filter((value, at) => at === 0 || value !== values[at - 1])
}
