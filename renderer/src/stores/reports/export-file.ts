import type { OperationInput } from '../../../../electron/contract/contract'

export type ExportFormat = OperationInput<'changes.export'>['format']
export const exportFormats = ['json', 'csv', 'markdown'] as const satisfies readonly ExportFormat[]

const endings = { json: 'json', csv: 'csv', markdown: 'md' } as const
/** In characters, which may have four bytes each; file systems take 255 bytes. */
const longestName = 60

/** A file name for a report; what a file system may not take becomes `-`. */
export function exportFileName(parts: readonly string[], format: ExportFormat): string {
  const name = parts
    .map((part) => part.replace(/[^\p{L}\p{N}._-]+/gu, '-').replace(/^[-.]+|[-.]+$/g, ''))
    .filter((part) => part !== '')
    .join('-')
  return `${[...name].slice(0, longestName).join('')}.${endings[format]}`
}
