import type { ComposerTranslation } from 'vue-i18n'
import { displayName } from '../../../../electron/core/base/display-name'
import type { Review } from '../../stores/snapshots/drafts'
import type { MadeSnapshot } from '../../stores/snapshots/snapshot-run'

type Verified = MadeSnapshot['verified']
type WillDiffer = Review['willDiffer']

/** A path, and in a word what about it; without a path it says how many more there are. */
export interface PathLine {
  readonly what: string
  readonly path?: string
}

/** What words are made with: a translation, and a number as it is written. */
export interface Words {
  readonly t: ComposerTranslation
  readonly n: (value: number, format: 'whole') => string
}

/** What an image has otherwise than its container: first what is missing, then what differs, then what only the image has. */
export function verifiedLines({ missing, different, extra, counts }: Verified, words: Words): PathLine[] {
  const { t } = words
  const differing = different.map(({ path, aspects }) => {
    const what = aspects.map((aspect) => t(`line.aspect.${aspect}`)).join(t('line.listed'))
    return { what: t('snapshot.listed.differentIn', { what }), path: displayName(path) }
  })
  return [
    ...named(missing, t('snapshot.listed.missing')),
    ...unlisted(missing, counts.missing, t('snapshot.listed.missing'), words),
    ...differing,
    ...unlisted(different, counts.different, t('snapshot.listed.different'), words),
    ...named(extra, t('snapshot.listed.extra')),
    ...unlisted(extra, counts.extra, t('snapshot.listed.extra'), words),
  ]
}

/** What an image will have otherwise, path by path. */
export function willDifferLines(reasons: WillDiffer, words: Words): PathLine[] {
  return reasons.flatMap(({ reason, count, paths }) => {
    const what = words.t(`snapshot.willDiffer.short.${reason}`)
    return [...named(paths, what), ...unlisted(paths, count, what, words)]
  })
}

/** Paths that stand in the sentence itself. */
const shownPaths = 3

/** The same in a sentence for each reason, with the first paths. */
export function willDifferSentences(reasons: WillDiffer, { t, n }: Words): string[] {
  return reasons.map(({ reason, count, paths }) => {
    const what = t(`snapshot.willDiffer.reason.${reason}`, { count: n(count, 'whole') }, count)
    // The root has one path, which the sentence names.
    if (reason === 'root' || paths.length === 0) return what
    const shown = paths.slice(0, shownPaths)
    const listed = shown.map(({ path }) => displayName(path)).join(t('line.listed'))
    const more = count - shown.length
    if (more <= 0) return t('snapshot.willDiffer.with', { what, paths: listed })
    return t('snapshot.willDiffer.andMore', { what, paths: listed, count: n(more, 'whole') })
  })
}

/** Whether there are paths that no sentence shows. */
export function hasMorePaths(reasons: WillDiffer): boolean {
  return reasons.some(({ paths }) => paths.length > shownPaths)
}

/** Lines as they are copied. */
export function copiedLines(lines: readonly PathLine[]): string {
  return lines.map(({ what, path }) => (path === undefined ? what : `${what}\t${path}`)).join('\n')
}

/** How many paths were compared and how, what changed meanwhile, and what was not compared: a sentence each. */
export function verifiedSentences(
  { entries, through, changedMeanwhile, notCompared }: Verified,
  { t, n }: Words,
): string[] {
  const compared = t(`snapshot.verified.${through}`, { count: n(entries, 'whole') }, entries)
  const meanwhile = t(
    'snapshot.verified.meanwhile',
    { count: n(changedMeanwhile, 'whole') },
    changedMeanwhile,
  )
  return [...(entries > 0 ? [compared] : []), ...(changedMeanwhile > 0 ? [meanwhile] : []), ...notCompared]
}

function named(paths: readonly { readonly path: string }[], what: string): PathLine[] {
  return paths.map(({ path }) => ({ what, path: displayName(path) }))
}

function unlisted(listed: readonly unknown[], count: number, what: string, { t, n }: Words): PathLine[] {
  const more = count - listed.length
  return more > 0 ? [{ what: t('snapshot.listed.more', { what, count: n(more, 'whole') }) }] : []
}
