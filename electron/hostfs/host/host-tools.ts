/** Which of the host's own tools serve, found out once for a session. GNU's are faster; the others are as exact. */
export interface HostTools {
  /** `-printf` of GNU find tells all facts in one walk; any other find names the paths and stat looks at them. */
  readonly find: 'gnu' | 'other'
  /** `--printf` of GNU stat ends records with a zero byte; any other stat with a marker. */
  readonly stat: 'gnu' | 'other'
  /** What reads the attributes of directories. */
  readonly opaque: 'tar' | 'getfattr'
  /** Whether getfattr is there, the only way to the attributes of files that reads no content. */
  readonly getfattr: boolean
}

/** Says in four words which tools there are; a word that begins with `no-` tells which are missing. */
export const toolsScript = `
if find / -maxdepth 0 -printf '' 2>/dev/null; then find=gnu
elif [ "$(find / -maxdepth 0 -print0 2>/dev/null | tr '\\0' x)" = /x ]; then find=other
else echo no-find; exit; fi
if stat --printf '' / 2>/dev/null; then stat=gnu
elif [ "$(printf '/\\0' | xargs -0 -r stat -c '%u %t %n' 2>/dev/null)" = '0 0 /' ]; then stat=other
else echo no-stat; exit; fi
if getfattr --version 2>/dev/null | grep -q '^getfattr'; then getfattr=getfattr; else getfattr=no; fi
if tar --version 2>/dev/null | grep -q 'GNU tar'; then opaque=tar
elif [ "$getfattr" = getfattr ]; then opaque=getfattr
else echo no-opaque; exit; fi
`

/** Reads the four words of `toolsScript`. */
export function toolsIn([find, stat, opaque, getfattr]: readonly string[]): HostTools {
  return {
    find: find === 'gnu' ? 'gnu' : 'other',
    stat: stat === 'gnu' ? 'gnu' : 'other',
    opaque: opaque === 'getfattr' ? 'getfattr' : 'tar',
    getfattr: getfattr === 'getfattr',
  }
}
