import { watch } from 'vue'
import { useContainers } from '../containers/containers'
import { useHosts } from '../hosts/hosts'
import { useImages } from '../images/images'
import { useNavigation } from './navigation'
import type { Place, StackSource } from './place'
import { useSettings, type Settings } from '../settings/settings'

type KeptPlace = NonNullable<Settings['place']>

/**
 * Keeps where the window is, and goes on there at the next start: to the host at once, to what was chosen when its lists have it. What
 * is there no more is left out, a host that a person has to connect first is waited for, and going anywhere else ends it.
 */
export function useKeptPlace(): void {
  const navigation = useNavigation()
  const settings = useSettings()
  const hosts = useHosts()
  const wanted = settings.chosen.place
  let shown = navigation.place

  watch(
    () => navigation.place,
    (place) => {
      if (place !== shown) void settings.change({ place })
    },
  )
  if (wanted === null) return

  function goOn(): void {
    const isElsewhere = navigation.place !== shown
    const isKnown = hosts.known.value?.some(({ hostId }) => hostId === wanted?.hostId)
    if (isKnown === undefined && !isElsewhere) return
    if (wanted === null || isElsewhere || isKnown === false) {
      stop()
      return
    }
    navigation.replace(asFarAsThere(wanted))
    shown = navigation.place
    if (hostsOfChoice(wanted).every(areListsThere)) stop()
  }
  const stop = watch(
    [() => hosts.known.value, () => hostsOfChoice(wanted).map(areListsThere), () => navigation.place],
    goOn,
  )
  goOn()
}

function asFarAsThere(place: KeptPlace): Place {
  const { screen, hostId } = place
  switch (screen) {
    case 'containers': {
      const { containerId, tab } = place
      const isChosen = containerId !== undefined && isThere({ hostId, containerId })
      return { screen, hostId, tab, ...(isChosen && { containerId }) }
    }
    case 'images':
    case 'snapshots': {
      const { imageId } = place
      return {
        screen,
        hostId,
        ...(imageId !== undefined && isThere({ hostId, image: imageId }) && { imageId }),
      }
    }
    case 'compare': {
      const { left, right } = place
      return {
        screen,
        hostId,
        ...(left && isThere(left) && { left }),
        ...(right && isThere(right) && { right }),
      }
    }
    case 'all':
      return { screen, hostId }
  }
}

function isThere(source: StackSource): boolean {
  return areListsThere(source.hostId) && !useNavigation().isGone(source)
}

/** The hosts whose lists tell whether what was chosen is still there. */
function hostsOfChoice(place: KeptPlace): string[] {
  if (place.screen === 'all') return []
  if (place.screen !== 'compare') return [place.hostId]
  return [place.left, place.right].flatMap((source) => source?.hostId ?? [])
}

function areListsThere(hostId: string): boolean {
  const lists = [useContainers().lists, useImages().lists]
  return lists.every((list) => list.peek(hostId)?.value !== undefined)
}
