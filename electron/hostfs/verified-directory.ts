/**
 * A function for scripts, without single quotes: `enter ROOT DIRECTORY` goes into a directory below a layer's. `cd` holds on to it
 * whatever its name becomes, and the kernel's own name for it must be the one that was meant, so that no component was a link:
 * a container may swap what is there at any time.
 */
export const enterFunction = `
enter() {
  cd -P "$1" 2>/dev/null || return 1
  base=$(pwd -P; echo x)
  cd -P "./$2" 2>/dev/null || return 1
  here=$(pwd -P; echo x)
  [ "\${here%?x}" = "\${base%?x}$2" ]
}
`

/** Puts a constant script between single quotes of another one. */
export function quoted(script: string): string {
  return `'${script.replaceAll("'", `'"'"'`)}'`
}
