import { z } from 'zod'

/** Labels of containers and images (Engine API). Looked through by hand: of a hundred thousand, `z.record` makes half a second of work. */
export const labels = z.custom<Readonly<Record<string, string>>>(isLabels, 'are no labels')

function isLabels(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  return Object.values(value).every((text) => typeof text === 'string')
}
