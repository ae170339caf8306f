import type { ComposerTranslation } from 'vue-i18n'
import { displayName } from '../../../../electron/core/base/display-name'
import { useHostDialogs } from '../../stores/hosts/host-dialogs'
import { useHosts, type KnownHost } from '../../stores/hosts/hosts'
import { useNavigation } from '../../stores/place/navigation'
import type { PaletteEntry } from './palette-entries'
import type { CommandWord } from './use-command-words'

/** What the palette can do with a host over SSH. This machine has nothing to connect. */
export function hostEntries(
  host: KnownHost,
  name: string,
  t: ComposerTranslation,
  wordsOf: (command: CommandWord) => string,
): PaletteEntry[] {
  if (host.kind === 'local') return []
  const { hostId } = host
  const hosts = useHosts()
  const entry = (key: CommandWord, title: string, run: () => void): PaletteEntry => ({
    key: `${hostId} host ${key}`,
    group: 'host',
    title,
    detail: displayName(hostId),
    words: wordsOf(key),
    run,
  })
  const isAway = ['lost', 'disconnected', undefined].includes(hosts.connections.get(hostId)?.state)
  return [
    isAway
      ? entry('connect', t('palette.connect', { name }), () => {
          useNavigation().openContainers(hostId)
          void hosts.connect(hostId)
        })
      : entry('disconnect', t('palette.disconnect', { name }), () => void hosts.disconnect(hostId)),
    entry('log', t('palette.hostLog', { name }), () => {
      useHostDialogs().logOf = hostId
    }),
    entry('removeHost', t('palette.removeHost', { name }), () => {
      useHostDialogs().removing = hostId
    }),
  ]
}
