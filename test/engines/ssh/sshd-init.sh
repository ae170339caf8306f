#!/bin/bash
# The first process of a private sshd's namespaces: its own users, passwords, PAM and sudo rules lie over the machine's,
# which nobody else sees. The network is the machine's, so that the server can be reached on loopback.
folder=$1
exec 2>>"$folder/sshd.log"
# Where sshd separates privileges and sudo keeps its tickets.
mount -t tmpfs tmpfs /run && mkdir -m 755 /run/sshd || exit 1
# Files that are to be others than the machine's, or to be there at all: one each, whose name is its path with @ for /.
for file in "$folder"/instead/*; do
  [ -e "$file" ] || continue
  path=${file##*/}
  path=${path//@//}
  if [ ! -e "$path" ]; then
    layer=/run/layers/${file##*/}
    mkdir -p "$layer/upper" "$layer/work"
    mount -t overlay -o "lowerdir=${path%/*},upperdir=$layer/upper,workdir=$layer/work" overlay "${path%/*}" || exit 1
    : >"$path"
  fi
  mount --bind "$file" "$path" || exit 1
done
for name in passwd shadow group sudoers pam.d/sshd; do
  mount --bind "$folder/etc/$name" "/etc/$name" || exit 1
done
while read -r verb; do
  case $verb in
    start)
      sh "$folder/start" </dev/null >/dev/null &
      echo started
      ;;
    kill)
      # Everything but this process: the listener and all sessions, as when a machine dies.
      kill -KILL -1
      wait
      echo killed
      ;;
  esac
done
