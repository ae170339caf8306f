import { computed, type ComputedRef } from 'vue'
import { useI18n } from 'vue-i18n'
import { displayName } from '../../../../electron/core/display-name'
import { useContainers } from '../../stores/containers'
import { useHostDialogs } from '../../stores/host-dialogs'
import { useHosts } from '../../stores/hosts'
import { useImages } from '../../stores/images'
import { useNavigation } from '../../stores/navigation'
import { useSettings } from '../../stores/settings'
import { useSnapshots } from '../../stores/snapshots'
import { shortId } from '../../ui/ids'
import { useHostNames } from '../hosts/use-host-names'
import { imageName } from '../images/image-list'
import { hostEntries } from './host-entries'
import type { PaletteEntry } from './palette-entries'

/** Everything the palette offers now: commands first, then containers and images of every host. */
export function usePaletteEntries(showShortcuts: () => void): ComputedRef<PaletteEntry[]> {
  const { t } = useI18n()
  const navigation = useNavigation()
  const hosts = useHosts()
  const dialogs = useHostDialogs()
  const names = useHostNames()
  const containers = useContainers()
  const images = useImages()
  const settings = useSettings()
  const snapshots = useSnapshots()

  function command(key: string, title: string, run: () => void, detail = ''): PaletteEntry {
    return { key: `command ${key}`, group: 'command', title, detail, run }
  }

  function commands(): PaletteEntry[] {
    const { container, image, place } = navigation
    const { hostId } = place
    const list: PaletteEntry[] = []
    if (container !== undefined) {
      const name = displayName(containers.find(container.hostId, container.containerId)?.name ?? '')
      list.push(
        command(
          'snapshot',
          t('snapshot.of', { name }),
          () => void snapshots.commitAtOnce(container.hostId, container.containerId),
        ),
        command('compare-container', t('palette.compareThis', { name }), () =>
          navigation.compare(undefined, container),
        ),
      )
    }
    if (image !== undefined) {
      const found = images.find(image.hostId, image.imageId)
      const name = displayName(found === undefined ? shortId(image.imageId) : imageName(found))
      const source = { hostId: image.hostId, image: image.imageId }
      list.push(
        command('compare-image', t('palette.compareThis', { name }), () => navigation.compare(source)),
      )
    }
    return [
      ...list,
      command('add-host', t('palette.addHost'), () => (dialogs.isAdding = true), 'Ctrl N'),
      ...(hosts.hasSeveral ? [command('all-hosts', t('palette.allHosts'), () => navigation.openAll())] : []),
      command('compare', t('palette.compare'), () => navigation.openComparison()),
      command('containers', t('nav.containers'), () => navigation.openContainers(hostId)),
      command('images', t('nav.images'), () => navigation.openImages(hostId)),
      command('snapshots', t('nav.snapshots'), () => navigation.openImages(hostId, 'snapshots')),
      ...(['system', 'light', 'dark'] as const).map((theme) =>
        command(
          theme,
          `${t('settings.theme')}: ${t(`settings.themes.${theme}`)}`,
          () => void settings.change({ theme }),
        ),
      ),
      command('english', 'Language: English', () => void settings.change({ locale: 'en' })),
      command('chinese', '语言：中文', () => void settings.change({ locale: 'zh-CN' })),
      command('shortcuts', t('shortcuts.title'), showShortcuts, '?'),
    ]
  }

  function ofHost(hostId: string): PaletteEntry[] {
    const detail = (text: string) => (hosts.hasSeveral ? `${text} · ${names.shortName(hostId)}` : text)
    const found = (containers.lists.peek(hostId)?.value ?? []).map((container): PaletteEntry => ({
      key: `${hostId} container ${container.id}`,
      group: 'container',
      title: displayName(container.name),
      detail: detail(displayName(container.image)),
      run: () => {
        navigation.openContainer(hostId, container.id)
      },
    }))
    const pictures = (images.lists.peek(hostId)?.value ?? []).map((image): PaletteEntry => ({
      key: `${hostId} image ${image.id}`,
      group: 'image',
      title: displayName(imageName(image)),
      detail: detail(shortId(image.id)),
      run: () => {
        navigation.openImages(hostId, 'images', image.id)
      },
    }))
    return [...found, ...pictures]
  }

  return computed(() => [
    ...commands(),
    ...(hosts.known.value ?? []).flatMap((host) => hostEntries(host, names.name(host.hostId), t)),
    ...(hosts.known.value ?? []).flatMap(({ hostId }) => ofHost(hostId)),
  ])
}
