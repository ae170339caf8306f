import { nameOf, parentOf, type BytePath } from '../core/byte-path'
import type { Change } from '../core/change'
import type { ReportHead } from './change-report'
import { changeValue, shownText } from './change-values'

/** A person reads this in a bug report or a review: what was looked at, then a table for each directory. */
export function* markdownReport(head: ReportHead, changes: Iterable<Change>): Generator<string> {
  const { added, modified, deleted, bytes } = head.totals
  yield `# Changes of ${markdownText(head.container)}\n\n`
  yield `- Container: ${markdownText(head.container)}\n- Image: ${markdownText(head.image)}\n`
  yield `- Host: ${markdownText(head.host)}\n- Engine: ${markdownText(head.engine)}\n`
  yield `- Lens: ${head.lens}${head.reason === undefined ? '' : ` (${markdownText(head.reason)})`}\n`
  yield `- Time: ${head.time}\n`
  yield `- Totals: ${added} added, ${modified} modified, ${deleted} deleted, ${bytes} bytes\n`
  for (const { path, deletes } of head.warnings)
    yield `- Warning: a commit turns ${markdownText(path)} into the deletion of ${markdownText(deletes)}\n`
  for (const [directory, inside] of byDirectory(changes)) {
    yield `\n## ${markdownText(directory === '' ? '/' : shownText(directory))}\n\n`
    yield '| Change | Name | Type | Size | Mode | Owner | Modified |\n| --- | --- | --- | ---: | --- | --- | --- |\n'
    for (const change of inside) yield row(change)
  }
}

function row(change: Change): string {
  const { kind, type, size, mode, uid, gid, modifiedAt } = changeValue(change)
  const target = change.linkTarget === undefined ? '' : ` → ${markdownText(shownText(change.linkTarget))}`
  const name = `${markdownText(shownText(nameOf(change.path)))}${target}`
  const owner = uid === undefined || gid === undefined ? '' : `${uid}:${gid}`
  const permissions = mode?.toString(8).padStart(4, '0') ?? ''
  return `| ${kind} | ${name} | ${type} | ${size ?? ''} | ${permissions} | ${owner} | ${modifiedAt ?? ''} |\n`
}

function byDirectory(changes: Iterable<Change>): Map<BytePath, Change[]> {
  const directories = new Map<BytePath, Change[]>()
  for (const change of changes) {
    const directory = parentOf(change.path)
    const inside = directories.get(directory)
    if (inside === undefined) directories.set(directory, [change])
    else inside.push(change)
  }
  return directories
}

/**
 * Text that Markdown shows as it is, in a table too. A pipe becomes a character reference, because tables differ in how
 * they read backslashes before one; so do spaces at the ends, which a cell would lose. Expects text safe to draw (`shownText`).
 */
export function markdownText(text: string): string {
  return text
    .replace(/[\\`*_[\]<>&#~!@:$]/g, '\\$&')
    .replace(/(www)\./gi, '$1\\.')
    .replaceAll('|', '&#124;')
    .replace(/^ +| +$/g, (spaces) => '&#32;'.repeat(spaces.length))
}
