#!/bin/bash
# The first process of a Debian host of its own. Its root is the cached folder of that release under an overlay, so that nothing
# is ever written to the folder; the host's own folder stands in it at the path it has outside, for what an engine says about its
# files must be true on both sides. Node and the repository stand in it too, read-only, to run Lamina there.
folder=$1
cgroup=$2
debian=$3
node=$4
repository=$5
. "$(dirname "$0")/../cgroups.sh"
exec 2>>"$folder/host.log"
set -e
mount --make-rprivate /
mkdir -p "$folder/upper" "$folder/work" "$folder/root"
mount -t overlay overlay -o "lowerdir=$debian,upperdir=$folder/upper,workdir=$folder/work" "$folder/root"
cd "$folder/root"
mount -t proc proc proc
mount --rbind /sys sys
mount --rbind /dev dev
mount -t tmpfs tmpfs tmp
mount -t tmpfs -o mode=755 tmpfs run
mkdir -p run/sshd old ".$folder" ".$repository" ".$(dirname "$node")"
touch ".$node"
mount --bind "$folder" ".$folder"
mount --bind "$repository" ".$repository"
mount -o remount,bind,ro ".$repository"
mount --bind "$node" ".$node"
pivot_root . old
cd /
umount -l /old
rmdir /old
# Testing has no number yet.
hostname "debian-$(. /etc/os-release && echo "${VERSION_ID:-$VERSION_CODENAME}")"
echo ready
# bash reaps what it adopts. It leaves when the runner's end of the pipe closes.
while read -r _; do :; done
thaw_cgroups
