import { syntaxHighlighting } from '@codemirror/language'
import { MergeView, unifiedMergeView } from '@codemirror/merge'
import { Compartment, EditorState, Text, type Extension } from '@codemirror/state'
import {
  EditorView,
  highlightActiveLineGutter,
  highlightSpecialChars,
  keymap,
  lineNumbers,
} from '@codemirror/view'
import type { LineHunk } from '../../../diff/line-diff'
import type { DiffMode } from './diff-mode'
import { differenceSteps, type DifferenceSteps } from './difference-steps'
import { editorTheme, syntaxColours } from './editor-look'
import { giveHunks } from './merge-chunks'
import { languageOf, loadLanguage } from './text-language'

/** What the editors show; `lower` and `upper` are lines. */
export interface ShownText {
  readonly lower: readonly string[] | undefined
  readonly upper: readonly string[] | undefined
  /** Where the two differ; nothing while that is not known. */
  readonly hunks: readonly LineHunk[] | undefined
  readonly path: string
  readonly mode: DiffMode
  /** Whether long stretches that are the same are folded. */
  readonly folds: boolean
  readonly colours: boolean
  readonly words: EditorWords
  /** Told each difference that is gone to, counted from 0. */
  readonly went: (at: number) => void
}

/** What a reader is told, in the reader's language. */
export interface EditorWords {
  readonly lower: string
  readonly upper: string
  /** Instead of the editor's own English phrases. */
  readonly phrases: Readonly<Record<string, string>>
}

/** Editors in a place of the page. */
export interface TextEditor {
  /** Goes to the next difference or the previous one; says whether there is one. */
  move(step: 1 | -1): boolean
  close(): void
}

const folding = { margin: 3, minSize: 6 }
/** Over the editor's own list: all of the characters that reorder text (Unicode TR9), and those that take no room. */
const moreSpecial =
  /[\u034f\u115f\u1160\u17b4\u17b5\u180e\u200c\u200d\u202a-\u202c\u2060-\u2064\u2068\ufe00-\ufe0f]/g

/**
 * Puts read-only editors into a shadow root, whose style sheets are adopted: the page's policy forbids the style elements
 * that they would make in a document.
 */
export function openTextEditor(root: ShadowRoot, shown: ShownText): TextEditor {
  const compartment = new Compartment()
  const steps = differenceSteps(shown.went)
  const having = (label: string) => extensions(label, shown.words, compartment, steps)
  const { lower, upper } = shown
  const { editors, active, close } =
    lower !== undefined && upper !== undefined
      ? openPair(root, { ...shown, lower: Text.of(lower), upper: Text.of(upper) }, having)
      : openOne(root, shown, having)
  if (shown.colours) void colour(editors, compartment, shown)
  return { move: (step) => steps.go(active, step), close }
}

/** A character that acts on the display, or takes no room, by its code. */
function specialMark(code: number, description: string | null): HTMLElement {
  const mark = document.createElement('span')
  mark.className = 'cm-specialChar'
  mark.textContent = code === 0x0d ? '\\r' : `\\u${code.toString(16).padStart(4, '0')}`
  mark.title = description ?? ''
  return mark
}

interface OpenEditors {
  readonly editors: readonly EditorView[]
  /** The one that goes from difference to difference. */
  readonly active: EditorView
  close(): void
}

/** An editor's extensions, by the name that a screen reader says. */
type Having = (label: string) => Extension

type Pair = Omit<ShownText, 'lower' | 'upper'> & { readonly lower: Text; readonly upper: Text }

function openPair(root: ShadowRoot, pair: Pair, having: Having): OpenEditors {
  const { words, folds, hunks = [], lower, upper, colours } = pair
  giveHunks(lower, upper, hunks)
  const common = { gutter: true, ...(folds && hunks.length > 0 && { collapseUnchanged: folding }) }
  if (pair.mode === 'side-by-side') {
    const merge = new MergeView({
      a: { doc: lower, extensions: having(words.lower) },
      b: { doc: upper, extensions: having(words.upper) },
      parent: root,
      root,
      ...common,
    })
    return {
      editors: [merge.a, merge.b],
      active: merge.b,
      close: () => {
        merge.destroy()
      },
    }
  }
  const unified = unifiedMergeView({
    original: lower,
    mergeControls: false,
    allowInlineDiffs: false,
    syntaxHighlightDeletions: colours,
    ...common,
  })
  return oneEditor(root, upper, [having(words.upper), unified])
}

function openOne(root: ShadowRoot, { lower, upper, words }: ShownText, having: Having): OpenEditors {
  const label = upper === undefined ? words.lower : words.upper
  return oneEditor(root, Text.of(upper ?? lower ?? ['']), having(label))
}

function oneEditor(root: ShadowRoot, doc: Text, extensions: Extension): OpenEditors {
  const state = EditorState.create({ doc, extensions })
  const editor = new EditorView({ state, parent: root, root })
  return {
    editors: [editor],
    active: editor,
    close: () => {
      editor.destroy()
    },
  }
}

function extensions(
  label: string,
  { phrases }: EditorWords,
  colours: Compartment,
  { go }: DifferenceSteps,
): Extension {
  const next = (view: EditorView) => go(view, 1)
  const previous = (view: EditorView) => go(view, -1)
  return [
    EditorState.readOnly.of(true),
    EditorView.editable.of(false),
    EditorState.phrases.of(phrases),
    // Something that cannot be edited takes the focus only when told to.
    EditorView.contentAttributes.of({ tabindex: '0', 'aria-readonly': 'true', 'aria-label': label }),
    lineNumbers(),
    highlightActiveLineGutter(),
    highlightSpecialChars({ addSpecialChars: moreSpecial, render: specialMark }),
    syntaxHighlighting(syntaxColours),
    editorTheme,
    keymap.of([
      { key: 'F7', run: next, shift: previous },
      { key: 'n', run: next, shift: previous },
    ]),
    colours.of([]),
  ]
}

async function colour(editors: readonly EditorView[], colours: Compartment, shown: ShownText): Promise<void> {
  const [firstLine = ''] = shown.upper ?? shown.lower ?? []
  const language = languageOf(shown.path, firstLine)
  if (language === undefined) return
  const support = await loadLanguage(language)
  for (const editor of editors)
    if (editor.dom.isConnected) editor.dispatch({ effects: colours.reconfigure(support) })
}
