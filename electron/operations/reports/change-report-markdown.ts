import { parentOf, rootPath } from '../../core/base/byte-path'
import { displayName } from '../../core/base/display-name'
import { reportValue, type ReportedChange, type ReportedChanges, type ReportHead } from './reported-change'
import { shownName, shownText } from '../values/change-values'

/** A person reads this in a bug report or a review: what was looked at, then a table for each directory, in the order they come. */
export function* markdownReport(head: ReportHead, changes: ReportedChanges): Generator<string> {
  const { added, modified, deleted, bytes } = head.totals
  yield `# Changes of ${line(head.container)}\n\n`
  yield `- Container: ${line(head.container)}\n- Image: ${line(head.image)}\n`
  yield `- Host: ${line(head.host)}\n- Engine: ${line(head.engine)}\n`
  yield `- Lens: ${head.lens}${head.reason === undefined ? '' : ` (${line(head.reason)})`}\n`
  yield `- Time: ${head.time}\n`
  yield `- Totals: ${added} added, ${modified} modified, ${deleted} deleted, ${bytes} bytes\n`
  for (const { path, deletes } of head.warnings)
    yield `- Warning: a commit turns ${line(path)} into the deletion of ${line(deletes)}\n`
  let directory: string | undefined
  for (const change of changes) {
    if (change === undefined) {
      yield ''
      continue
    }
    const parent = parentOf(change.path)
    if (parent !== directory) {
      yield `\n## ${markdownText(parent === rootPath ? '/' : shownText(parent))}\n\n${tableHead}`
      directory = parent
    }
    yield row(change)
  }
}

const tableHead = `| Change | Name | Type | Size | Mode | Owner | Modified | What differs |
| --- | --- | --- | ---: | --- | --- | --- | --- |
`

function row(change: ReportedChange): string {
  const { kind, type, size, mode, uid, gid, modifiedAt, runtime } = reportValue(change)
  const target = change.linkTarget === undefined ? '' : ` → ${markdownText(shownText(change.linkTarget))}`
  const name = `${markdownText(shownName(change.path))}${target}`
  const owner = uid === undefined || gid === undefined ? '' : `${uid}:${gid}`
  const permissions = mode?.toString(8).padStart(4, '0') ?? ''
  const word = runtime === true ? `${kind} (by the engine)` : kind
  return `| ${word} | ${name} | ${type} | ${size ?? ''} | ${permissions} | ${owner} | ${modifiedAt ?? ''} | ${found(change)} |\n`
}

/** What a second look found out, in words. */
function found(change: ReportedChange): string {
  const { aspects = [], lost, moved } = reportValue(change)
  const words = aspects.map((aspect) => aspect.replace('-', ' '))
  if (lost !== undefined) words.push(`${lost.entries} entries and ${lost.bytes} bytes were lost with it`)
  if (change.moved !== undefined && moved !== undefined)
    words.push(
      `probably moved ${change.kind === 'deleted' ? 'to' : 'from'} ${markdownText(shownText(change.moved.path))}`,
    )
  return words.join(', ')
}

/** A name of any origin on one line. */
function line(text: string): string {
  return markdownText(displayName(text))
}

/**
 * Text that Markdown shows as it is, in a table too. A pipe becomes a character reference, because tables differ in how
 * they read backslashes before one; so do spaces at the ends, which a cell would lose. Expects text safe to draw (`shownText`).
 */
function markdownText(text: string): string {
  return text
    .replace(/[\\`*_[\]<>&#~!@:$]/g, '\\$&')
    .replace(/(www)\./gi, '$1\\.')
    .replaceAll('|', '&#124;')
    .replace(/^ +| +$/g, (spaces) => '&#32;'.repeat(spaces.length))
}
