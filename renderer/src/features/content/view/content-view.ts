import type { FileType } from '../../../../../electron/core/changes/change'
import type { ContentVersions } from '../../../stores/content/content'
import type { ContentFacts, ContentVersion } from '../../../stores/content/content-version'
import type { Side } from '../../../stores/content/content-subject'

/** What is drawn of one version. */
export type Drawing = 'text' | 'picture' | 'bytes' | 'link' | 'directory' | 'special' | 'missing'

/** A version that was read. */
export interface ReadVersion {
  readonly side: Side
  readonly facts: ContentFacts
  readonly bytes: Uint8Array
  readonly isWhole: boolean
}

/** What is drawn: versions of one nature beside one another, others apart. Lower first, as it was before. */
export interface ContentView {
  readonly drawing: Drawing
  readonly versions: readonly ReadVersion[]
}

/** The versions that were read so far. */
export function readVersions(versions: ContentVersions): ReadVersion[] {
  return (['lower', 'upper'] as const).flatMap((side) => {
    const version: ContentVersion | undefined = versions[side]
    if (version?.facts === undefined) return []
    const { facts, bytes, isWhole } = version
    return [{ side, facts, bytes, isWhole }]
  })
}

/** One view for both versions, or one for each where they cannot be compared. */
export function contentViews(versions: readonly ReadVersion[], asBytes: boolean): ContentView[] {
  const drawn = versions.map((version) => ({ version, drawing: drawingOf(version, asBytes) }))
  const [first, second] = drawn
  if (first === undefined) return []
  if (second === undefined) return [{ drawing: first.drawing, versions }]
  const shared = sharedDrawing(first.drawing, second.drawing)
  if (shared !== undefined) return [{ drawing: shared, versions }]
  return drawn.map(({ version, drawing }) => ({ drawing, versions: [version] }))
}

const withBytes: ReadonlySet<Drawing> = new Set<Drawing>(['text', 'picture', 'bytes'])

/** Text beside binary is compared as bytes: both are files. */
function sharedDrawing(one: Drawing, other: Drawing): Drawing | undefined {
  if (one === other) return one
  return withBytes.has(one) && withBytes.has(other) ? 'bytes' : undefined
}

function drawingOf({ facts }: ReadVersion, asBytes: boolean): Drawing {
  if (!facts.exists) return 'missing'
  if (facts.type === 'symlink') return 'link'
  if (facts.type === 'directory') return 'directory'
  if (facts.type !== 'file') return 'special'
  if (asBytes) return 'bytes'
  if (facts.kind === 'text') return 'text'
  return facts.kind === 'image' ? 'picture' : 'bytes'
}

/** Whether a view of its bytes shows more than what is drawn anyway. */
export function hasOtherBytes(versions: readonly ReadVersion[]): boolean {
  return versions.some(({ facts }) => facts.kind === 'text' || facts.kind === 'image')
}

const opened: ReadonlySet<FileType> = new Set<FileType>(['file', 'directory', 'symlink', 'unknown'])

/** Whether something is only named: what a device or a pipe gives is no content of the container. */
export function isNeverOpened(type: FileType): boolean {
  return !opened.has(type)
}
