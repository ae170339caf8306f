import { syntaxHighlighting } from '@codemirror/language'
import { goToNextChunk, goToPreviousChunk, MergeView, unifiedMergeView } from '@codemirror/merge'
import { Compartment, EditorState, Text, type Extension } from '@codemirror/state'
import {
  EditorView,
  highlightActiveLineGutter,
  highlightSpecialChars,
  keymap,
  lineNumbers,
} from '@codemirror/view'
import type { DiffMode } from './diff-mode'
import { editorTheme, syntaxColours } from './editor-look'
import { languageOf, loadLanguage } from './text-language'
import type { TextLimits } from './text-limits'

/** What the editors show; `lower` and `upper` are lines. */
export interface ShownText {
  readonly lower: readonly string[] | undefined
  readonly upper: readonly string[] | undefined
  readonly path: string
  readonly mode: DiffMode
  /** Whether long stretches that are the same are folded. */
  readonly folds: boolean
  readonly limits: TextLimits
  readonly words: EditorWords
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

/**
 * Beyond either bound differences are told more coarsely (`DiffConfig`, codemirror.net/docs/ref/#merge). The time in milliseconds is one for which the
 * page may stand still.
 */
const diffConfig = { scanLimit: 5_000, timeout: 40 }
const folding = { margin: 3, minSize: 6 }
/** Over the editor's own list: all of the characters that reorder text (Unicode TR9), and those that take no room. */
const moreSpecial =
  /[\u034f\u115f\u1160\u17b4\u17b5\u180e\u200c\u200d\u202a-\u202c\u2060-\u2064\u2068\ufe00-\ufe0f]/g

/**
 * Puts read-only editors into a shadow root, whose style sheets are adopted: the page's policy forbids the style elements
 * that they would make in a document.
 */
export function openTextEditor(root: ShadowRoot, shown: ShownText): TextEditor {
  const colours = new Compartment()
  const { editors, active, close } =
    shown.lower !== undefined && shown.upper !== undefined
      ? openPair(root, { ...shown, lower: shown.lower, upper: shown.upper }, colours)
      : openOne(root, shown, colours)
  if (shown.limits.colours) void colour(editors, colours, shown)
  return {
    move: (step) => (step === 1 ? goToNextChunk : goToPreviousChunk)(active),
    close,
  }
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

type Pair = ShownText & { readonly lower: readonly string[]; readonly upper: readonly string[] }

function openPair(root: ShadowRoot, pair: Pair, colours: Compartment): OpenEditors {
  const { words, folds, limits } = pair
  const common = {
    highlightChanges: limits.words,
    gutter: true,
    diffConfig,
    ...(folds && { collapseUnchanged: folding }),
  }
  if (pair.mode === 'side-by-side') {
    const merge = new MergeView({
      a: { doc: Text.of(pair.lower), extensions: extensions(words.lower, words, colours) },
      b: { doc: Text.of(pair.upper), extensions: extensions(words.upper, words, colours) },
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
    original: Text.of(pair.lower),
    mergeControls: false,
    allowInlineDiffs: false,
    syntaxHighlightDeletions: limits.colours,
    ...common,
  })
  return oneEditor(root, pair.upper, [extensions(words.upper, words, colours), unified])
}

function openOne(root: ShadowRoot, { lower, upper, words }: ShownText, colours: Compartment): OpenEditors {
  const label = upper === undefined ? words.lower : words.upper
  return oneEditor(root, upper ?? lower ?? [''], extensions(label, words, colours))
}

function oneEditor(root: ShadowRoot, lines: readonly string[], having: Extension): OpenEditors {
  const state = EditorState.create({ doc: Text.of(lines), extensions: having })
  const editor = new EditorView({ state, parent: root, root })
  return {
    editors: [editor],
    active: editor,
    close: () => {
      editor.destroy()
    },
  }
}

function extensions(label: string, { phrases }: EditorWords, colours: Compartment): Extension {
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
      { key: 'F7', run: goToNextChunk, shift: goToPreviousChunk },
      { key: 'n', run: goToNextChunk, shift: goToPreviousChunk },
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
