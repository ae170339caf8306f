import { HighlightStyle } from '@codemirror/language'
import { EditorView } from '@codemirror/view'
import { tags } from '@lezer/highlight'

/** The application's own colours, which reach into the editors' shadow root as custom properties. */
export const editorTheme = EditorView.theme({
  '&': { height: '100%', color: 'var(--text)', backgroundColor: 'var(--bg)', fontSize: '12px' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': {
    fontFamily: 'var(--mono)',
    lineHeight: '1.6',
    scrollbarWidth: 'thin',
    scrollbarColor: 'var(--line-strong) transparent',
  },
  '.cm-content': { padding: '4px 0', userSelect: 'text', cursor: 'text', tabSize: '4' },
  '.cm-content:focus-visible': { outline: '2px solid var(--accent)', outlineOffset: '-2px' },
  '.cm-line': { padding: '0 8px 0 6px' },
  '.cm-gutters': { backgroundColor: 'var(--bg)', color: 'var(--text-faint)', border: 'none' },
  '.cm-lineNumbers .cm-gutterElement': { minWidth: '30px', padding: '0 6px 0 8px' },
  '.cm-activeLineGutter': { backgroundColor: 'transparent', color: 'var(--text)' },
  '.cm-changeGutter': { width: '3px', paddingLeft: '0' },
  '&.cm-merge-a .cm-changedLineGutter, & .cm-deletedLineGutter': { background: 'var(--deleted)' },
  '&.cm-merge-b .cm-changedLineGutter': { background: 'var(--added)' },
  '&.cm-merge-a .cm-changedLine, & .cm-deletedChunk': { backgroundColor: 'var(--deleted-bg)' },
  '&.cm-merge-b .cm-changedLine, & .cm-inlineChangedLine': { backgroundColor: 'var(--added-bg)' },
  '&.cm-merge-a .cm-changedText, & .cm-deletedChunk .cm-deletedText': {
    background: 'color-mix(in srgb, var(--deleted) 26%, transparent)',
    borderRadius: '2px',
  },
  '&.cm-merge-b .cm-changedText': {
    background: 'color-mix(in srgb, var(--added) 26%, transparent)',
    borderRadius: '2px',
  },
  '& .cm-deletedChunk': { paddingLeft: '6px' },
  '& .cm-insertedLine, & .cm-deletedLine, & .cm-deletedLine del': { textDecoration: 'none' },
  '& .cm-collapsedLines': {
    padding: '2px 8px 2px 14px',
    color: 'var(--text-soft)',
    background: 'var(--bg-raised)',
    borderBlock: '1px solid var(--line)',
    fontFamily: 'var(--font)',
    cursor: 'default',
  },
  '& .cm-collapsedLines::before, & .cm-collapsedLines::after': { content: '""' },
  '& .cm-specialChar': { color: 'var(--deleted)', backgroundColor: 'var(--deleted-bg)', borderRadius: '2px' },
  '& ::selection': { backgroundColor: 'color-mix(in srgb, var(--accent) 35%, transparent)' },
})

/** Quiet colours that keep 4.5:1 on the white, red and green grounds of both themes. */
export const syntaxColours = HighlightStyle.define([
  { tag: [tags.comment, tags.meta], color: 'light-dark(#5b6474, #98a1b2)' },
  {
    tag: [tags.keyword, tags.operatorKeyword, tags.modifier, tags.tagName],
    color: 'light-dark(#8a2b9c, #d6a0e6)',
  },
  { tag: [tags.string, tags.special(tags.string), tags.regexp], color: 'light-dark(#8a4a08, #e8b583)' },
  { tag: [tags.number, tags.bool, tags.null, tags.atom], color: 'light-dark(#1b52b8, #86b3ff)' },
  {
    tag: [
      tags.definition(tags.variableName),
      tags.function(tags.variableName),
      tags.propertyName,
      tags.attributeName,
    ],
    color: 'light-dark(#0f5f70, #7cc7d8)',
  },
  {
    tag: [tags.typeName, tags.className, tags.namespace, tags.heading],
    color: 'light-dark(#6b4e00, #dcc06e)',
  },
  { tag: tags.heading, fontWeight: '600' },
  { tag: tags.emphasis, fontStyle: 'italic' },
  { tag: tags.strong, fontWeight: '600' },
  { tag: tags.link, textDecoration: 'underline' },
])

/** What stands around two editors, which their own themes do not reach. */
const frameRules = `
  .cm-editor, .cm-mergeView { height: 100%; }
  .cm-mergeView { scrollbar-width: thin; scrollbar-color: var(--line-strong) transparent; }
  .cm-mergeViewEditors { min-height: 100%; }
  .cm-mergeViewEditor + .cm-mergeViewEditor { border-left: 1px solid var(--line); }
`

/** Gives a shadow root these rules, once. */
export function adoptFrameRules(root: ShadowRoot): void {
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(frameRules)
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet]
}
