import { withoutVanished } from './find-complaints'

/**
 * A script that runs a find without GNU's `-ignore_readdir_race`: what vanishes meanwhile is passed over, any other
 * complaint ends the script with status 4. Such a find names whole paths to the kernel, and where they are too long it is said instead.
 * What any program of the host complains of, such as the dynamic linker of a file to preload, is no complaint of the find.
 * Paths go to descriptor 3, which must be open.
 * @param find the command with `-print0`, a constant
 */
export function portableFind(find: string): string {
  return `
noise=$(cat 2>&1 </dev/null)
complaints=$({ ${find} 2>&1 >&3; ended=$?; [ "$ended" -le 1 ] || echo "find ended with $ended"; } |
  ${withoutVanished} | grep -vxF -e "$noise")
case $complaints in *": File name too long"*) complaints="find goes no deeper here than paths of 4095 bytes; GNU find (package findutils) does" ;; esac
[ -z "$complaints" ] || { echo "$complaints" >&2; exit 4; }
`
}
