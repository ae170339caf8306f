import type { HostCommand, Transport } from '../../transport/transport'

/** Whose namespace is entered: the user to whom an engine without the rights of root belongs. */
export interface NamespaceOwner {
  /** As the host numbers it. */
  readonly uid: number
  /** Whether commands need `sudo -n` to be allowed in, because they run as another user. */
  readonly elevated: boolean
}

/**
 * Leaves in `$namespace` a process of the widest user namespace that a user (`$owner`) has made himself root of, which is the engine's:
 * it has the user's subordinate ids (user_namespaces(7); newuidmap(1)). Those of its containers that have ids of their own do not make the user root.
 * Of several processes the oldest is taken (proc_pid_stat(5), starttime). That one may end, too, another engine's that is stopped: the namespace is held
 * open as descriptor 9.
 * Nothing but the shell reads the maps, so that a host with many processes is gone through in milliseconds.
 */
export const findNamespace = `
namespace= widest=0 oldest=0
for process in /proc/[0-9]*; do
  width=0 root=
  while read -r inside outside count; do
    case $inside:$outside in 0:"$owner") root=yes ;; 0:*) continue 2 ;; esac
    width=$((width + count))
  done 2>/dev/null <"$process/uid_map"
  [ -n "$root" ] && [ "$width" -ge "$widest" ] || continue
  IFS= read -r stat 2>/dev/null <"$process/stat" || continue
  set -- \${stat##*) }
  [ "$width" -gt "$widest" ] || [ "\${20}" -lt "$oldest" ] || continue
  { command exec 8<"$process/ns/user"; } 2>/dev/null || continue
  nsenter --user=/proc/self/fd/8 --preserve-credentials true 2>/dev/null || continue
  exec 9<&8
  namespace=\${process#/proc/} widest=$width oldest=\${20}
done
`

/**
 * The owner's number comes as the first line of standard input. As the owner the credentials stay, which are root's inside; anybody
 * else who is allowed in becomes root inside, which gives up the rights outside.
 */
const enterScript = `
IFS= read -r owner || exit 3
${findNamespace}
[ -n "$namespace" ] || { echo "no process is in the user namespace of $owner" >&2; exit 3; }
# Where the command began need not be open to the owner, and find goes back there.
cd /
if [ "$(id -u)" = "$owner" ]; then keep=--preserve-credentials; else keep=; fi
exec nsenter --user=/proc/self/fd/9 $keep /bin/sh -c `

/**
 * A transport whose commands run as root of a user's own namespace, where the owners of files are those that the engine's containers see.
 * No right is gained by it that the user does not have. Streams stay as they are.
 */
export function inUserNamespace(transport: Transport, { uid, elevated }: NamespaceOwner): Transport {
  const owner = Buffer.from(`${String(uid)}\n`)
  return {
    open: (ask, signal) => transport.open(ask, signal),
    openStream: (socketPath, signal) => transport.openStream(socketPath, signal),
    run: (command: HostCommand, signal) =>
      transport.run(
        {
          ...command,
          script: `${enterScript}${quoted(command.script)}`,
          input: Buffer.concat([owner, command.input ?? Buffer.alloc(0)]),
          elevated,
        },
        signal,
      ),
    close: () => transport.close(),
  }
}

/** A constant of this program as one word of a shell (POSIX, 2.2.2). */
function quoted(script: string): string {
  return `'${script.replaceAll("'", `'\\''`)}'`
}
