import { containerStates, type ContainerState } from '../core/container'

/** How an engine's words are read where engines differ in them. */
export interface EngineWords {
  containerState(word: string): ContainerState
  /** A reference as a person writes it, without what stands for the usual registry. */
  familiarReference(reference: string): string
}

export const dockerWords: EngineWords = {
  containerState: (word) => containerStates.find((state) => state === word.toLowerCase()) ?? 'unknown',
  familiarReference: (reference) => reference,
}
