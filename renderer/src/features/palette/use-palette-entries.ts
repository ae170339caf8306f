import { computed, type ComputedRef } from 'vue'
import { useI18n } from 'vue-i18n'
import { displayName } from '../../../../electron/core/base/display-name'
import { useChanges } from '../../stores/changes/changes'
import { useContainers } from '../../stores/containers/containers'
import { exportFormats } from '../../stores/reports/export-file'
import { useExport } from '../../stores/reports/export'
import { useHostDialogs } from '../../stores/hosts/host-dialogs'
import { useHosts } from '../../stores/hosts/hosts'
import { useImages } from '../../stores/images/images'
import { useNavigation } from '../../stores/place/navigation'
import type { ContainerTab } from '../../stores/place/place'
import { refreshPlace } from '../../stores/window/refresh'
import { useSettings } from '../../stores/settings/settings'
import { useShownLog } from '../../stores/settings/show-log'
import { useSnapshots } from '../../stores/snapshots/snapshots'
import { useUndo } from '../../stores/undo/undo'
import { useUnfinished } from '../../stores/snapshots/unfinished'
import { shortId } from '../../ui/text/ids'
import { useHostNames } from '../hosts/state/use-host-names'
import { isUndoable } from '../../stores/changes/change-row'
import { imageName, imageWords } from '../images/image-list'
import { hostEntries } from './host-entries'
import type { PaletteEntry } from './palette-entries'
import { useCommandWords, type CommandWord } from './use-command-words'

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
  const log = useShownLog()
  const snapshots = useSnapshots()
  const changes = useChanges()
  const exporting = useExport()
  const undo = useUndo()
  const unfinished = useUnfinished()
  const wordsOf = useCommandWords()

  function command(
    key: string,
    word: CommandWord,
    title: string,
    run: () => void,
    detail = '',
  ): PaletteEntry {
    return { key: `command ${key}`, group: 'command', title, detail, words: wordsOf(word), run }
  }

  /** What can be done with the listing of the chosen container. */
  function listingCommands(container: { hostId: string; containerId: string }, name: string): PaletteEntry[] {
    const openTab = (tab: ContainerTab) => {
      navigation.openContainer(container.hostId, container.containerId, tab)
    }
    const row = changes.chosen
    const canExport = changes.listing !== undefined && !exporting.isBusy
    return [
      ...(['changes', 'layers', 'details'] as const).map((tab) =>
        command(tab, tab, t('palette.show', { name, part: t(`tab.${tab}`) }), () => {
          openTab(tab)
        }),
      ),
      ...(row === undefined || !isUndoable(row, changes.listing?.against)
        ? []
        : [
            command('undo', 'undo', t('palette.undo', { path: row.path }), () => {
              openTab('changes')
              void undo.begin(row)
            }),
          ]),
      ...(canExport
        ? [
            ...exportFormats.map((format) =>
              command(
                `export ${format}`,
                'export',
                t('palette.export', { format: t(`export.format.${format}`) }),
                () => void exporting.toFile(format),
              ),
            ),
            command('copy', 'copyChanges', t('palette.copyChanges'), () => void exporting.copy()),
          ]
        : []),
    ]
  }

  function commands(): PaletteEntry[] {
    const { container, image, place } = navigation
    const { hostId } = place
    const list: PaletteEntry[] = []
    if (container !== undefined) {
      const name = displayName(containers.find(container.hostId, container.containerId)?.name ?? '')
      const snapshot = command(
        'snapshot',
        'snapshot',
        t('snapshot.of', { name }),
        () => void snapshots.commitAtOnce(container.hostId, container.containerId),
      )
      list.push(
        ...(unfinished.isOpen(container.hostId, container.containerId) ? [] : [snapshot]),
        command('compare-container', 'compareThis', t('palette.compareThis', { name }), () =>
          navigation.compare(undefined, container),
        ),
        ...listingCommands(container, name),
      )
    }
    if (image !== undefined) {
      const found = images.find(image.hostId, image.imageId)
      const name = displayName(found === undefined ? shortId(image.imageId) : imageName(found))
      const source = { hostId: image.hostId, image: image.imageId }
      list.push(
        command('compare-image', 'compareThis', t('palette.compareThis', { name }), () =>
          navigation.compare(source),
        ),
      )
    }
    return [
      ...list,
      command('refresh', 'refresh', t('palette.refresh'), refreshPlace, 'F5'),
      command('add-host', 'addHost', t('palette.addHost'), () => (dialogs.isAdding = true), 'Ctrl N'),
      ...(hosts.hasSeveral
        ? [command('all-hosts', 'allHosts', t('palette.allHosts'), () => navigation.openAll())]
        : []),
      command('compare', 'compare', t('palette.compare'), () => navigation.openComparison()),
      command('containers', 'containers', t('nav.containers'), () => navigation.openContainers(hostId)),
      command('images', 'images', t('nav.images'), () => navigation.openImages(hostId)),
      command('snapshots', 'snapshots', t('nav.snapshots'), () => navigation.openImages(hostId, 'snapshots')),
      ...(['system', 'light', 'dark'] as const).map((theme) =>
        command(
          theme,
          'theme',
          `${t('settings.theme')}: ${t(`settings.themes.${theme}`)}`,
          () => void settings.change({ theme }),
        ),
      ),
      command('english', 'language', 'Language: English', () => void settings.change({ locale: 'en' })),
      command('chinese', 'language', '语言：中文', () => void settings.change({ locale: 'zh-CN' })),
      command('shortcuts', 'shortcuts', t('shortcuts.title'), showShortcuts, '?'),
      command('own-log', 'ownLog', t('settings.showLog'), () => void log.show()),
    ]
  }

  function ofHost(hostId: string): PaletteEntry[] {
    const detail = (text: string) => (hosts.hasSeveral ? `${text} · ${names.shortName(hostId)}` : text)
    const found = (containers.lists.peek(hostId)?.value ?? []).map((container): PaletteEntry => ({
      key: `${hostId} container ${container.id}`,
      group: 'container',
      title: displayName(container.name),
      detail: detail(displayName(container.image)),
      words: container.id,
      run: () => {
        navigation.openContainer(hostId, container.id)
      },
    }))
    const pictures = (images.lists.peek(hostId)?.value ?? []).map((image): PaletteEntry => ({
      key: `${hostId} image ${image.id}`,
      group: 'image',
      title: displayName(imageName(image)),
      detail: detail(shortId(image.id)),
      words: imageWords(image),
      run: () => {
        navigation.openImages(hostId, 'images', image.id)
      },
    }))
    return [...found, ...pictures]
  }

  return computed(() => [
    ...commands(),
    ...(hosts.known.value ?? []).flatMap((host) => hostEntries(host, names.name(host.hostId), t, wordsOf)),
    ...(hosts.known.value ?? []).flatMap(({ hostId }) => ofHost(hostId)),
  ])
}
