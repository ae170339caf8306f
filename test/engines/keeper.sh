#!/bin/sh
# keeper.sh FOLDER CGROUP [dockerd flags…]
# Stands between a test runner and a private dockerd. The runner holds the other end of standard input: when it
# goes, by whatever death, the namespace's first process reads end-of-file and leaves, the kernel kills all that
# is left in the process namespace, the mounts go with their namespace, and this script removes what is on disk.
# Should the keeper itself be killed, pdeathsig and --kill-child take the namespace along all the same.
folder=$1
cgroup=$2
trap '' HUP INT TERM
setpriv --pdeathsig KILL -- unshare --net --mount --pid --fork --kill-child --mount-proc -- \
  bash "$(dirname "$0")/namespace-init.sh" "$@"

# A cgroup is busy for a moment after its last process died.
for attempt in 1 2 3 4 5 6 7 8 9 10; do
  find /sys/fs/cgroup -mindepth 1 -maxdepth 2 -type d -name "$cgroup" 2>/dev/null |
    while read -r root; do find "$root" -depth -type d -exec rmdir {} \; 2>/dev/null; done
  [ -z "$(find /sys/fs/cgroup -mindepth 1 -maxdepth 2 -type d -name "$cgroup" 2>/dev/null)" ] && break
  sleep 0.1
done
rm -rf -- "$folder"
