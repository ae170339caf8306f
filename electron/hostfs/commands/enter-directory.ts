/** Bytes of a path that a call takes for sure: PATH_MAX is 4096 (Linux, limits.h). */
export const longestInOne = 4000

/**
 * A function for scripts, without single quotes: `enter ROOT DIRECTORY` goes into a directory below a layer's. `cd` holds on to it
 * whatever its name becomes, and the kernel's own name for it must be the one that was meant, so that no component was a link:
 * a container may swap what is there at any time.
 *
 * Neither `cd` nor the kernel's own name goes beyond PATH_MAX. A longer way is gone name by name, and where `cd` came to must be the very
 * directory, no link, that was seen at the name.
 *
 * `reach PATH` goes to an absolute directory of any length, whatever links are on the way.
 */
export const enterFunction = `
known=
byName() {
  ahead=$2
  while [ -n "$ahead" ]; do
    ahead=\${ahead#/}
    next=\${ahead%%/*}
    "$1" || return 1
    case $ahead in */*) ahead=/\${ahead#*/} ;; *) ahead= ;; esac
  done
}
follow() { cd -P "./$next" 2>/dev/null; }
verify() {
  set -- $(stat -c "%f %d:%i" . "./$next" 2>/dev/null)
  [ "\${seen:=$2}" = "$2" ] || return 1
  case $3 in 4*) ;; *) return 1 ;; esac
  seen=$4
  follow
}
reach() { cd / && byName follow "$1"; }
enter() {
  cd -P "$1" 2>/dev/null || return 1
  [ "$1" = "$known" ] || known=$1 base=$(pwd -P; echo x)
  if [ $((\${#base} + \${#2})) -gt ${String(longestInOne)} ]; then
    seen=
    byName verify "$2" && [ "$(stat -c "%d:%i" . 2>/dev/null)" = "$seen" ]
    return
  fi
  cd -P "./$2" 2>/dev/null || return 1
  here=$(pwd -P; echo x)
  [ "\${here%?x}" = "\${base%?x}$2" ]
}
`

/** Puts a constant script between single quotes of another one. */
export function quoted(script: string): string {
  return `'${script.replaceAll("'", `'"'"'`)}'`
}
