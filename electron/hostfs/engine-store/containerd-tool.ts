/**
 * A function for scripts: `containerd WORDS…` runs containerd's own command line in the engine's namespace (moby, `containerd-namespace`;
 * with `--userns-remap` the ids of its root stand behind the name)
 * at the sockets where containerd and dockerd have it listen, until one of them can answer. That of a dockerd without root is in its user's
 * runtime directory; whose it is, the map of the user namespace says in which this runs. It says on descriptor 3 why nothing came.
 * Nothing that is asked for here changes anything: `snapshots mounts` and `content get` read in transactions that write nothing
 * (containerd, snapshots/overlay, Mounts; content/local, ReaderAt).
 */
export const containerdFunction = `
containerd() {
  command -v ctr >/dev/null || { echo no-ctr >&3; return 1; }
  why=no-socket
  { read -r _ user _ </proc/self/uid_map; } 2>/dev/null
  for socket in /run/containerd/containerd.sock /run/docker/containerd/containerd.sock "/run/user/$user/docker/containerd/containerd.sock"; do
    [ -S "$socket" ] || continue
    why=unknown
    asked() { ctr --address "$socket" --connect-timeout 5s --timeout 20s "$@" 2>/dev/null; }
    asked --namespace moby "$@" && return 0
    for other in $(asked namespaces list --quiet | grep -x 'moby-[0-9]*\\.[0-9]*'); do
      asked --namespace "$other" "$@" && return 0
    done
  done
  echo "$why" >&3
  return 1
}
`

const reasons = {
  'no-ctr': 'this host has no ctr (package containerd)',
  'no-socket':
    'none listens at /run/containerd/containerd.sock, nor at docker/containerd/containerd.sock in /run or in /run/user/UID on this host',
  unknown: 'it does not know them',
} as const

/** What `containerdFunction` said where it could not answer, as the end of a sentence that begins with containerd. */
export function whyNotContainerd(word: string): string {
  return Object.hasOwn(reasons, word) ? reasons[word as keyof typeof reasons] : 'it gave no answer'
}
