#!/bin/sh
# debian-keeper.sh FOLDER CGROUP DEBIAN NODE REPOSITORY
# Stands between a test runner and a Debian host of its own, as keeper.sh does for dockerd: when the runner goes, by whatever
# death, standard input ends, the namespace's first process leaves, everything in it dies, and what is on disk is removed here.
folder=$1
cgroup=$2
trap '' HUP INT TERM
setpriv --pdeathsig KILL -- unshare --net --mount --pid --uts --ipc --fork --kill-child -- \
  bash "$(dirname "$0")/debian-init.sh" "$@"

# A cgroup is busy for a moment after its last process died.
for attempt in 1 2 3 4 5 6 7 8 9 10; do
  find /sys/fs/cgroup -mindepth 1 -maxdepth 2 -type d -name "$cgroup" 2>/dev/null |
    while read -r root; do find "$root" -depth -type d -exec rmdir {} \; 2>/dev/null; done
  [ -z "$(find /sys/fs/cgroup -mindepth 1 -maxdepth 2 -type d -name "$cgroup" 2>/dev/null)" ] && break
  sleep 0.1
done
rm -rf -- "$folder"
