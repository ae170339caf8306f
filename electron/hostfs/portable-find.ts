import { withoutVanished } from './vanished'

/**
 * A script that runs a find without GNU's `-ignore_readdir_race`: what vanishes meanwhile is passed over, any other
 * complaint ends the script with status 4. Paths go to descriptor 3, which must be open.
 * @param find the command with `-print0`, a constant
 */
export function portableFind(find: string): string {
  return `
complaints=$({ ${find} 2>&1 >&3; ended=$?; [ "$ended" -le 1 ] || echo "find ended with $ended"; } |
  ${withoutVanished})
[ -z "$complaints" ] || { echo "$complaints" >&2; exit 4; }
`
}
