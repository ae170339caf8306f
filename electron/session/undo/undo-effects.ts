import type { Lens } from '../../core/changes/change'
import { mountsAt } from '../containers/mounts-at'
import type { UndoFacts } from './undo-facts'
import type { UndoStep } from './undo-step'

const copied =
  "It becomes a copy in the container's layer: the path may still be listed, as one that equals the image's."
const attributes =
  'Content, owner, mode, file capabilities and the time to the second come back; other extended attributes do not.'

/** What undoing will do and what may not come back, a sentence each. */
export function effectsOf(facts: UndoFacts, step: UndoStep, through: Lens): string[] {
  return through === 'host' ? onHost(facts, step) : throughEngine(facts, step)
}

function onHost({ path, upper, mounts }: UndoFacts, step: UndoStep): string[] {
  const below = mountsAt(path, mounts)
  return [
    ...lost(upper?.type, step),
    step === 'remove'
      ? "It is removed from the container's layer, on the host."
      : "The container's own entry is removed from its layer, on the host; what the image has shows again, with owner, mode, times and all attributes.",
    ...below.map((mount) => `What is mounted at ${mount} is not touched.`),
  ]
}

function throughEngine({ upper, state, host }: UndoFacts, step: UndoStep): string[] {
  const isRunning = state === 'running'
  switch (step) {
    case 'remove':
      return [...lost(upper?.type, step), 'It is removed by a command that runs as root in the container.']
    case 'own-entry':
      return [
        'The directory gets its owner, its mode and its time to the second back; what is in it stays as it is.',
        'Extended attributes of the directory stay as they are.',
        ...(host.works
          ? []
          : ['Whether it is a new directory in the place of the old one cannot be seen without the host.']),
      ]
    case 'replace':
      return [
        ...lost(upper?.type, step),
        "A copy of the image's directory takes its place, moved there by a command that runs as root in the container.",
        attributes,
        copied,
      ]
    case 'whole':
      return [
        ...lost(upper?.type, step),
        attributes,
        copied,
        ...(upper?.type === 'file' ? ['Other names of the same file (hard links) are not changed.'] : []),
        ...(isRunning && upper?.type === 'file'
          ? ['A process that has the file open keeps the one it opened.']
          : []),
      ]
  }
}

function lost(type: string | undefined, step: UndoStep): string[] {
  if (type === undefined || step === 'own-entry') return []
  if (type === 'directory') return ['The directory is removed with everything that is in it now.']
  return step === 'remove' ? [] : ['What is there now is removed.']
}
