import type { HistoryEntry } from './layer'

/** A step of the engine's `/images/{id}/history`, oldest first. It has no flag for steps without a layer. */
export interface ReportedStep {
  readonly createdBy: string
  readonly comment: string
  readonly createdAt: string
  readonly size: number
}

/** Dockerfile instructions that only ever change configuration (builder/dockerfile of moby, BuildKit's dockerfile2llb). */
const configurationOnly =
  /^(?:\/bin\/sh -c #\(nop\)\s+)?(?:ARG|CMD|ENTRYPOINT|ENV|EXPOSE|HEALTHCHECK|LABEL|MAINTAINER|ONBUILD|SHELL|STOPSIGNAL|USER|VOLUME)\b/

/**
 * Finds out which reported steps made no layer. A step with bytes made one; a step that is configuration by its text did not;
 * of the rest (a `WORKDIR`, a `RUN` without effect) as many as there are layers left count as layers, from the top.
 */
export function markEmptySteps(steps: readonly ReportedStep[], layerCount: number): HistoryEntry[] {
  const certain = steps.map((step) => {
    if (step.size > 0) return 'layer'
    return configurationOnly.test(step.createdBy) ? 'empty' : 'open'
  })
  let missing = layerCount - certain.filter((state) => state === 'layer').length
  const order = [...certain.keys()].reverse()
  for (const wanted of ['open', 'empty'] as const) {
    for (const index of order) {
      if (missing > 0 && certain[index] === wanted) {
        certain[index] = 'layer'
        missing -= 1
      }
    }
  }
  return steps.map((step, index) => ({
    createdBy: step.createdBy,
    comment: step.comment,
    createdAt: step.createdAt,
    author: '',
    empty: certain[index] !== 'layer',
    size: step.size,
  }))
}
