import { getChunks } from '@codemirror/merge'
import { EditorView } from '@codemirror/view'

/** Goes from difference to difference, in either of two editors beside one another. */
export interface DifferenceSteps {
  /** To the next difference from where the cursor is, or the previous one; after the last comes the first. */
  go(view: EditorView, step: 1 | -1): boolean
}

/** `went` is told each difference that was gone to, counted from 0. */
export function differenceSteps(went: (at: number) => void): DifferenceSteps {
  let last: number | undefined
  return {
    go(view, step) {
      const starts = startsOf(view)
      const { head } = view.state.selection.main
      const isThere = last !== undefined && starts[last] === head
      const to = isThere ? (last ?? 0) + step : besides(starts, head, step)
      const at = (to + starts.length) % starts.length
      const start = starts[at]
      if (start === undefined) return false
      last = at
      view.dispatch({
        selection: { anchor: start },
        userEvent: 'select.difference',
        effects: EditorView.scrollIntoView(start, { y: 'center' }),
      })
      went(at)
      return true
    },
  }
}

/** The first one that begins here or later, or the last one before. */
function besides(starts: readonly number[], head: number, step: 1 | -1): number {
  if (step === -1) return starts.findLastIndex((start) => start < head)
  const next = starts.findIndex((start) => start >= head)
  return next === -1 ? starts.length : next
}

function startsOf({ state }: EditorView): number[] {
  const { chunks, side } = getChunks(state) ?? { chunks: [], side: null }
  return chunks.map(({ fromA, fromB }) => Math.min(side === 'a' ? fromA : fromB, state.doc.length))
}
