#!/bin/bash
# The first process of the private namespaces: starts and kills dockerd as standard input says, reaps orphans, and
# leaves when standard input ends. dockerd is its child and not itself the first process, so that dockerd can be
# killed while its containers live on.
folder=$1
cgroup=$2
shift 2
. "$(dirname "$0")/../cgroups.sh"
# In a chroot runc pivots the root that lies above it, and `docker exec` then runs on the machine itself.
if [ "$(stat -c %d:%i /)" != "$(nsenter --mount=/proc/self/ns/mnt stat -c %d:%i /)" ]; then
  echo 'A private engine cannot be started in a chroot: its containers would not be shut in.' >&2
  exit 1
fi
# Where bash says that a child was killed, too.
exec 2>>"$folder/dockerd.log"
# dockerd would use the machine's own containerd if it saw its socket under /run.
mount -t tmpfs tmpfs /run || exit 1
while read -r verb argument; do
  case $verb in
    start)
      dockerd --config-file "$folder/daemon.json" --data-root "$folder/data" --exec-root "$folder/exec" \
        --pidfile "$folder/pid" --host "unix://$folder/docker.sock" --storage-driver overlay2 \
        --bridge none --iptables=false --ip6tables=false \
        --exec-opt native.cgroupdriver=cgroupfs --cgroup-parent "/$cgroup" "$@" \
        </dev/null >&2 &
      dockerd=$!
      echo "started $dockerd"
      ;;
    signal)
      kill -s "$argument" "$dockerd"
      echo "signalled $argument"
      ;;
    wait)
      wait "$dockerd"
      echo "ended $?"
      ;;
  esac
done
thaw_cgroups
