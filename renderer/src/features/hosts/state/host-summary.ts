import { displayName } from '../../../../../electron/core/base/display-name'
import type { HostDescription } from '../../../stores/hosts/hosts'

/** What is told of any engine, whether it is connected or not. */
export type EngineFacts = Pick<
  HostDescription,
  'engine' | 'version' | 'storageDriver' | 'imageStore' | 'rootless'
>

/** Engine and version as they fit beside a host's name: `Docker 27.1`. */
export function hostSummary({ engine, version }: EngineFacts): string {
  return displayName(`${engine} ${version.split('.').slice(0, 2).join('.')}`.trim())
}

/** The same with the whole version. */
export function engineName({ engine, version }: EngineFacts): string {
  return displayName(`${engine} ${version}`.trim())
}

/** Who keeps the layers, in a word. */
export function storageName({ storageDriver, imageStore }: EngineFacts, t: (key: string) => string): string {
  if (storageDriver === undefined) return t('hosts.storageUnknown')
  return imageStore === 'containerd' ? 'containerd' : displayName(storageDriver)
}

/** Where an engine keeps its layers, and as whom it runs: `overlayfs · containerd image store · rootless`. */
export function storageWords(
  { storageDriver, imageStore, rootless }: EngineFacts,
  t: (key: string) => string,
): string {
  if (storageDriver === undefined) return t('hosts.unknown')
  const words = [displayName(storageDriver)]
  if (imageStore === 'containerd') words.push(t('engines.containerdStore'))
  if (rootless) words.push(t('engines.rootless'))
  return words.join(' · ')
}
