#!/bin/bash
# The first process of a private sshd's namespaces: its own users, passwords, PAM and sudo rules lie over the machine's,
# which nobody else sees. The network is the machine's, so that the server can be reached on loopback.
folder=$1
exec 2>>"$folder/sshd.log"
for name in passwd shadow group sudoers pam.d/sshd; do
  mount --bind "$folder/etc/$name" "/etc/$name" || exit 1
done
# Where sshd separates privileges and sudo keeps its tickets.
mount -t tmpfs tmpfs /run && mkdir -m 755 /run/sshd || exit 1
while read -r verb; do
  case $verb in
    start)
      /usr/sbin/sshd -D -f "$folder/sshd_config" -E "$folder/sshd.log" </dev/null >/dev/null &
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
