import { inCommandEnvironment } from '../../command-environment'

/**
 * What runs commands on a host, one after the other. It says that it is there and then takes on standard input, for each command: two marks
 * and the lengths of script and input in bytes, a line each, the script, the input, and when the command has ended an empty line.
 *
 * - The login shell reads the command line, which may be any shell: so there is nothing in it that bash, dash, fish and csh would read
 *   differently.
 * - `dd` reads byte by byte and so takes nothing that belongs to the input.
 * - Output between the marks is the script's. Standard error has the first mark, too, and the second after a status other than 0.
 * - `w` hands on the input and then waits for the empty line. Its end without one comes when the channel is closed, by this side or with the
 *   connection: then everything that the script started ends. More than fits into a pipe goes to `tail`, which takes it whether or not the
 *   script does, so that `w` never waits for the script.
 * - `r` takes what the script leaves of its input before it tells of the end.
 * - `k` ends the processes of this shell's own session. Where there is no `setsid`, the group may hold the server itself or what a login
 *   file started, so there it ends what descends from the script's shell and nothing else.
 */
const loop = [
  'o=$1; exec 3<&0;',
  'k() { [ "$o" = own ] && kill -9 0;',
  't=$(ps -A -o pid= -o ppid= 2>/dev/null); f=" $$ "; g=" "; q=;',
  'until [ "$q" = "$f$g" ]; do q=$f$g; set -- $t;',
  'while [ "$#" -gt 1 ]; do case "$f$g" in *" $1 "*) ;; *)',
  'if [ "$2" = "$$" ]; then f="$f$1 "; else case "$f$g" in *" $2 "*) g="$g$1 ";; esac; fi;; esac; shift 2; done; done;',
  'kill -9 $g 2>/dev/null; };',
  'w() { [ "$m" = 0 ] || head -c "$m" <&3; exec >&-; IFS= read -r x <&3 || k; };',
  'r() { /bin/sh -c "$s" 3<&-; c=$?; IFS= read -r x && cat >/dev/null;',
  '[ "$c" = 0 ] || printf %s "$e" >&2; printf "%s%s;" "$e" "$c"; };',
  'printf "<%s %s>" lamina ready >&2; printf "<%s %s>" lamina ready;',
  'while IFS= read -r b && IFS= read -r e && IFS= read -r n && IFS= read -r m; do',
  's=$(dd bs=1 count="$n" 2>/dev/null);',
  'printf %s "$b" >&2; printf %s "$b";',
  'if [ "$m" -gt 4096 ]; then w | tail -c "$m" 2>/dev/null | r; else w | r; fi;',
  'done',
].join(' ')

/** What the loop says when it is there, on both streams. The command line does not hold it: some logins print that. */
export const readyMark = '<lamina ready>'

/** Gives the loop a session of its own, where there is setsid(1). It forks in a leader of a group, so this shell is not to be replaced. */
const inOwnSession =
  'if command -v setsid >/dev/null; then setsid /bin/sh -c "$1" sh own; exit; fi; exec /bin/sh -c "$1"'

const run = `/bin/sh -c '${inCommandEnvironment}' '${inOwnSession}' '${loop}'`

/** Whose commands a shell on the host runs: the account's, or root's through `sudo -n`. */
export type ShellKind = 'user' | 'root'

/** The command lines that sshd gets. */
export const shellLines: Readonly<Record<ShellKind, string>> = {
  user: `exec ${run}`,
  // What sudo says is understood in English.
  root: `exec env LC_ALL=C sudo -n ${run}`,
}
