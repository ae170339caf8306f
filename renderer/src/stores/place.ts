import type { OperationInput } from '../../../electron/contract/contract'

export type StackSource = OperationInput<'stacks.compare'>['left']

export const containerTabs = ['changes', 'layers', 'details'] as const
export type ContainerTab = (typeof containerTabs)[number]

/** Where a person is in the window. */
export type Place =
  | {
      readonly screen: 'containers'
      readonly hostId: string
      readonly containerId?: string
      readonly tab: ContainerTab
    }
  | { readonly screen: 'images' | 'snapshots'; readonly hostId: string; readonly imageId?: string }
  | {
      readonly screen: 'compare'
      readonly hostId: string
      readonly left?: StackSource
      readonly right?: StackSource
    }

export type Screen = Place['screen']

/** The same thing in the same place, so that going there is no step to go back from. */
export function isSamePlace(a: Place, b: Place): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}
