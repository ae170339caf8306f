/**
 * Prints what a mount shows, path by path: NUL between path, type, facts and content. Run in its root. A whole tree is walked,
 * slowly and simply enough to be believed.
 */
export const treeScript = `find . -mindepth 1 | sort | while IFS= read -r path; do
  case $(stat -c %F "$path") in
    'regular file'|'regular empty file') type=file content=$(cat "$path") ;;
    directory) type=directory content= ;;
    'symbolic link') type=symlink content=$(readlink "$path") ;;
    *) type=other content= ;;
  esac
  printf '%s\\0%s\\0%s\\0%s\\0' "\${path#.}" "$type" "$(stat -c '%a %u %g' "$path")" "$content"
done`

export interface Seen {
  readonly type: string
  readonly facts: string
  readonly content: string
}

/** Reads what `treeScript` printed. */
export function seenIn(printed: string): Map<string, Seen> {
  const fields = printed.split('\0')
  const seen = new Map<string, Seen>()
  for (let at = 0; at + 3 < fields.length; at += 4) {
    const [path = '', type = '', facts = '', content = ''] = fields.slice(at, at + 4)
    seen.set(path, { type, facts: `${type} ${facts} ${content}`, content })
  }
  return seen
}

/** The rows by comparing two whole trees that `treeScript` printed; a lost directory is one row. */
export function naiveRows(before: string, after: string): string[] {
  const [then, now] = [seenIn(before), seenIn(after)]
  const rows: string[] = []
  for (const [path, { type, facts }] of now) {
    const old = then.get(path)
    if (old === undefined) rows.push(`added ${type} ${path}`)
    else if (old.facts !== facts) rows.push(`modified ${type} ${path}`)
  }
  for (const [path, { type }] of then) {
    const parent = path.slice(0, path.lastIndexOf('/'))
    const parentStands = parent === '' || now.get(parent)?.type === 'directory'
    if (!now.has(path) && parentStands) rows.push(`deleted ${type} ${path}`)
  }
  return rows.sort()
}
