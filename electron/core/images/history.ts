import type { HistoryEntry, ImageHistory } from './layer'

/** A step of the engine's `/images/{id}/history`, oldest first. It has no flag for steps without a layer. */
export interface ReportedStep {
  readonly createdBy: string
  readonly comment: string
  readonly createdAt: string
  /** Absent where the engine did not count. */
  readonly size?: number
}

/** Dockerfile instructions that only ever change configuration (builder/dockerfile of moby, BuildKit's dockerfile2llb). */
const configurationOnly =
  /^(?:\/bin\/sh -c #\(nop\)\s+)?(?:ARG|CMD|ENTRYPOINT|ENV|EXPOSE|HEALTHCHECK|LABEL|MAINTAINER|ONBUILD|SHELL|STOPSIGNAL|USER|VOLUME)\b/

/** A history whose entries say which of them made no layer, as an image's config does. */
export function flaggedHistory(entries: readonly HistoryEntry[], layerCount: number): ImageHistory {
  return { entries, isWhole: entries.filter(({ empty }) => empty === false).length === layerCount }
}

/**
 * The history in an engine's report, with what can be told of which steps made no layer. Engines give the bytes of layers to steps in
 * order (moby, daemon/images, ImageHistory, from the bottom; Podman from the top), so that a history with fewer steps than layers has
 * bytes at the wrong steps: it is whole where as many steps have bytes as there are layers, or where all of the image's bytes are at
 * its steps. Of steps without bytes, those that are configuration by their text then made no layer, if that leaves the right number.
 */
export function reportedHistory(
  steps: readonly ReportedStep[],
  { layerCount, bytes }: { readonly layerCount: number; readonly bytes: number | undefined },
): ImageHistory {
  const withBytes = steps.filter(({ size = 0 }) => size > 0).length
  const without = steps.length - withBytes
  const missing = layerCount - withBytes
  const sum = steps.reduce((total, { size = 0 }) => total + size, 0)
  const isWhole = missing === 0 || (missing > 0 && missing <= without && sum === bytes)
  const isOpen = ({ createdBy, size = 0 }: ReportedStep) => size === 0 && !configurationOnly.test(createdBy)
  const fitsText = steps.filter(isOpen).length === missing
  const isEmpty = (step: ReportedStep): boolean | undefined => {
    if ((step.size ?? 0) > 0) return false
    if (!isWhole) return undefined
    if (missing === 0) return true
    if (missing === without) return false
    return fitsText ? !isOpen(step) : undefined
  }
  const entries = steps.map((step) => {
    const empty = isEmpty(step)
    return { ...step, author: '', ...(empty === undefined ? {} : { empty }) }
  })
  return { entries, isWhole }
}
