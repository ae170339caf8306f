import type { ExpectedRow } from './lens-case'

/** What a file is, seen from inside a container. */
export interface SeenFile {
  readonly type: string
  readonly mode: string
  readonly owner: string
  readonly size: number
  /** Checksum of a file, target of a link, empty for others. */
  readonly content: string
}

/** Prints every path below /r with what it is, NUL between the fields; run with `runInContainer`. */
export const walkScript = `
find /r -mindepth 1 -print0 | xargs -0 -r -n 1 sh -c '
  type=$(stat -c "%F" "$0")
  case $type in
    "regular file"|"regular empty file") content=$(md5sum < "$0") ;;
    "symbolic link") content=$(readlink "$0") ;;
    *) content= ;;
  esac
  printf "%s\\0%s\\0%s\\0%s\\0%s\\0%s\\0" "$0" "$type" "$(stat -c %a "$0")" "$(stat -c %u:%g "$0")" "$(stat -c %s "$0")" "$content"
'
`

/** Reads what `walkScript` printed; paths as one character a byte. */
export function seenFiles(printed: Buffer): Map<string, SeenFile> {
  const fields = printed.toString('latin1').split('\0')
  const files = new Map<string, SeenFile>()
  for (let at = 0; at + 5 < fields.length; at += 6) {
    const [path = '', type = '', mode = '', owner = '', size = '', content = ''] = fields.slice(at, at + 6)
    files.set(path, {
      type: type.startsWith('regular') ? 'file' : type,
      mode,
      owner,
      size: Number(size),
      content,
    })
  }
  return files
}

/** The changes by comparing two whole trees, path by path: slow, and simple enough to be believed. */
export function naiveChanges(before: Map<string, SeenFile>, after: Map<string, SeenFile>): ExpectedRow[] {
  const isDirectory = (files: Map<string, SeenFile>, path: string): boolean =>
    path === '/r' || files.get(path)?.type === 'directory'
  const rows: ExpectedRow[] = []
  for (const [path, now] of after) {
    const then = before.get(path)
    if (then === undefined) rows.push({ kind: 'added', path })
    else if (differs(then, now)) rows.push({ kind: 'modified', path })
  }
  for (const path of before.keys()) {
    const parent = path.slice(0, path.lastIndexOf('/'))
    // Below a directory that is gone, or is no directory any more, the row of the directory says it all.
    if (!after.has(path) && isDirectory(after, parent)) rows.push({ kind: 'deleted', path })
  }
  return rows
}

function differs(then: SeenFile, now: SeenFile): boolean {
  const facts = ({ type, mode, owner, content }: SeenFile): string => [type, mode, owner, content].join('\0')
  return facts(then) !== facts(now)
}
