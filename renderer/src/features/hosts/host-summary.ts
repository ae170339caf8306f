import { displayName } from '../../../../electron/core/display-name'
import type { HostDescription } from '../../stores/hosts'

/** Engine and version as they fit beside a host's name: `Docker 27.1`. */
export function hostSummary({ engine, version }: HostDescription): string {
  return displayName(`${engine} ${version.split('.').slice(0, 2).join('.')}`)
}
