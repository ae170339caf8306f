import type { OperationInput } from '../../../../electron/contract/contract'

export type StackSource = OperationInput<'stacks.compare'>['left']

export type ContainerTab = 'changes' | 'layers' | 'details'

/** The id of this machine, which is always known. */
export const localHost = 'local'

/** Where a person is in the window. */
export type Place =
  | {
      readonly screen: 'containers'
      readonly hostId: string
      readonly containerId?: string
      readonly tab: ContainerTab
    }
  | { readonly screen: 'images' | 'snapshots'; readonly hostId: string; readonly imageId?: string }
  /** The containers of every host; the host is the one that was looked at before. */
  | { readonly screen: 'all'; readonly hostId: string }
  | {
      readonly screen: 'compare'
      readonly hostId: string
      readonly left?: StackSource
      readonly right?: StackSource
    }

export type Screen = Place['screen']

/** The hosts a place shows something of; none for the list over all of them. */
export function hostsOf(place: Place): string[] {
  if (place.screen === 'all') return []
  if (place.screen !== 'compare') return [place.hostId]
  const sources = [place.left, place.right].flatMap((source) => (source === undefined ? [] : [source.hostId]))
  return sources.length === 0 ? [place.hostId] : [...new Set(sources)]
}

/** The place as it is once a host is no longer known; nothing where it showed that host. */
export function placeWithout(place: Place, hostId: string): Place | undefined {
  const moved = place.hostId === hostId ? { ...place, hostId: localHost } : place
  if (place.screen === 'all') return moved
  if (place.screen !== 'compare') return moved === place ? place : undefined
  return place.left?.hostId === hostId || place.right?.hostId === hostId ? undefined : moved
}

/** The way back without places that show a removed host, and without steps from a place to itself. */
export function historyWithout(history: readonly Place[], hostId: string, here: Place): Place[] {
  const left = history.flatMap((place) => placeWithout(place, hostId) ?? [])
  return left.filter((place, index) => !isSamePlace(place, left[index + 1] ?? here))
}

/** The same thing in the same place, so that going there is no step to go back from. */
export function isSamePlace(a: Place, b: Place): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}
