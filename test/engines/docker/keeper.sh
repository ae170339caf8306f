#!/bin/sh
# keeper.sh FOLDER CGROUP [dockerd flags…]
# Stands between a test runner and a private dockerd. The runner holds the other end of standard input: when it
# goes, by whatever death, the namespace's first process reads end-of-file and leaves, the kernel kills all that
# is left in the process namespace, the mounts go with their namespace, and this script removes what is on disk.
# Should the keeper itself be killed, pdeathsig and --kill-child take the namespace along all the same.
folder=$1
cgroup=$2
. "$(dirname "$0")/../cgroups.sh"
# The run's own folder of temporary files goes before the engine does.
unset TMPDIR
trap '' HUP INT TERM
setpriv --pdeathsig KILL -- unshare --net --mount --pid --fork --kill-child --mount-proc -- \
  bash "$(dirname "$0")/namespace-init.sh" "$@"

remove_cgroups
# A test that was killed may have left files that nobody may remove.
rm -rf -- "$folder" 2>/dev/null || { chattr -R -f -i -a "$folder"; rm -rf -- "$folder"; }
