/** `restore` a modified path to its lower version, `remove` an added one, `bring-back` a deleted one. */
export type UndoAction = 'restore' | 'remove' | 'bring-back'

/** What is done to the path, whichever way. */
export type UndoStep =
  /** Goes, with what is in it. */
  | 'remove'
  /** A directory stays with what is in it and gets its owner, mode and times back. */
  | 'own-entry'
  /** Another directory took its place: that one goes with what is in it. */
  | 'replace'
  /** The lower version comes, with what is in it. */
  | 'whole'
