import type { TextPair } from '../../../diff/compare-texts'
import type { ComparedText } from '../../../diff/text-diff'
import { lineEnding, splitLines, type LineEnding } from '../../../diff/line-endings'
import type { ReadVersion } from './content-view'
import { decodedText } from './decoded-text'
import { isQuickToColour } from './text-limits'

/** Texts as lines, and what is worth saying of them. */
export interface ShownTexts {
  readonly lower: readonly string[] | undefined
  readonly upper: readonly string[] | undefined
  /** Both, to be compared. */
  readonly pair: TextPair | undefined
  readonly colours: boolean
  /** By version, once where they agree; nothing where there is nothing special: UTF-8, lines that end with LF. */
  readonly encodings: readonly string[]
  readonly endings: readonly LineEnding[]
  readonly notes: readonly TextNote[]
}

/** `lowerUnended`, `upperUnended`: that version alone has a last line without a line end. */
type TextNote = 'plain' | 'sameText' | 'lowerUnended' | 'upperUnended'

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
  const colours = isQuickToColour(lines)
  const [a, b] = versions.map(({ isWhole }, at) => ({ text: texts[at] ?? '', isWhole }))
  const isSameText = texts.length > 1 && texts.every((text) => text === texts[0])
  const encodings = withoutRepeats(versions.map(({ facts }) => encodingNames[facts.encoding ?? 'utf-8']))
  const endings = withoutRepeats(texts.map((text) => lineEnding(text) ?? 'lf'))
  return {
    lower: of('lower'),
    upper: of('upper'),
    pair: a !== undefined && b !== undefined ? { a, b } : undefined,
    colours,
    encodings: encodings.length === 1 && encodings[0] === 'UTF-8' ? [] : encodings,
    endings: endings.length === 1 && endings[0] === 'lf' ? [] : endings,
    notes: [
      ...(colours ? [] : (['plain'] as const)),
      ...(isSameText ? (['sameText'] as const) : []),
      ...unended(a, b),
    ],
  }
}

function withoutRepeats<Value>(values: readonly Value[]): Value[] {
  return values.filter((value, at) => at === 0 || value !== values[at - 1])
}

function unended(lower?: ComparedText, upper?: ComparedText): TextNote[] {
  if (lower === undefined || upper === undefined || isUnended(lower) === isUnended(upper)) return []
  return [isUnended(lower) ? 'lowerUnended' : 'upperUnended']
}

function isUnended({ text, isWhole }: ComparedText): boolean {
  return isWhole && text !== '' && !text.endsWith('\n')
}
