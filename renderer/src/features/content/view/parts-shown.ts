import type { ContentVersions } from '../../../stores/content/content'
import type { Side } from '../../../stores/content/content-subject'
import type { ContentVersion } from '../../../stores/content/content-version'

/** A version that is not shown to its end. */
export interface PartShown {
  readonly side: Side
  readonly version: ContentVersion
  readonly shown: number
  readonly size: number | undefined
}

export function partsShown(versions: ContentVersions): PartShown[] {
  return (['lower', 'upper'] as const).flatMap((side) => {
    const version = versions[side]
    if (version?.facts === undefined || version.isWhole || version.bytes.length === 0) return []
    return [{ side, version, shown: version.bytes.length, size: version.facts.size }]
  })
}
