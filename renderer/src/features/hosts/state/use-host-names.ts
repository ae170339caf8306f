import { useI18n } from 'vue-i18n'
import { displayName } from '../../../../../electron/core/base/display-name'
import { useHosts } from '../../../stores/hosts/hosts'
import { localHost } from '../../../stores/place/place'

/** What hosts are called on the screen. */
export interface HostNames {
  /** As a heading: `This machine`, or the name a person gave. */
  name(hostId: string): string
  /** Within a sentence or behind another name: `this machine`. */
  shortName(hostId: string): string
}

export function useHostNames(): HostNames {
  const { t } = useI18n()
  const hosts = useHosts()
  const given = (hostId: string) => {
    const host = hosts.find(hostId)
    if (host !== undefined) return host.hostId === localHost ? undefined : displayName(host.name)
    return hostId === localHost ? undefined : displayName(hostId)
  }
  return {
    name: (hostId) => given(hostId) ?? t('hosts.thisMachine'),
    shortName: (hostId) => given(hostId) ?? t('hosts.thisMachineShort'),
  }
}
