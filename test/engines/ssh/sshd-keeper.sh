#!/bin/sh
# sshd-keeper.sh FOLDER
# Stands between a test runner and a private sshd, as keeper.sh does for dockerd: when the runner goes, by whatever death,
# standard input ends, the namespace's first process leaves, all sessions die with it, and the folder is removed here.
folder=$1
trap '' HUP INT TERM
setpriv --pdeathsig KILL -- unshare --mount --pid --fork --kill-child --mount-proc -- \
  bash "$(dirname "$0")/sshd-init.sh" "$folder"
rm -rf -- "$folder"
