#!/bin/sh
# debian-keeper.sh FOLDER CGROUP DEBIAN NODE REPOSITORY
# Stands between a test runner and a Debian host of its own, as keeper.sh does for dockerd: when the runner goes, by whatever
# death, standard input ends, the namespace's first process leaves, everything in it dies, and what is on disk is removed here.
folder=$1
cgroup=$2
. "$(dirname "$0")/../cgroups.sh"
# The run's own folder of temporary files goes before the engine does.
unset TMPDIR
trap '' HUP INT TERM
setpriv --pdeathsig KILL -- unshare --net --mount --pid --uts --ipc --fork --kill-child -- \
  bash "$(dirname "$0")/debian-init.sh" "$@"

remove_cgroups
# A test that was killed may have left files that nobody may remove.
rm -rf -- "$folder" 2>/dev/null || { chattr -R -f -i -a "$folder"; rm -rf -- "$folder"; }
