import {
  parseTaggableReference,
  taggedText,
  type ReferenceProblem,
} from '../../../../electron/core/images/image-reference'

/** What to say about a name while it is typed. */
export type ReferenceHint =
  | { readonly kind: 'fine'; readonly reference: string }
  /** Another image has the name; making the snapshot asks before it is moved. */
  | { readonly kind: 'taken'; readonly reference: string }
  | { readonly kind: 'problem'; readonly problem: ReferenceProblem }

export function referenceHint(text: string, isTaken: (reference: string) => boolean): ReferenceHint {
  const parsed = parseTaggableReference(text)
  if (!parsed.ok) return { kind: 'problem', problem: parsed.problem }
  const reference = taggedText(parsed.reference)
  return { kind: isTaken(reference) ? 'taken' : 'fine', reference }
}
