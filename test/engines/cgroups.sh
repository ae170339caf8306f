# Functions for the scripts that start engines, about the control groups (v1 and v2) of the name $cgroup.

cgroup_roots() { find /sys/fs/cgroup -mindepth 1 -maxdepth 2 -type d -name "$cgroup" 2>/dev/null; }

# A frozen process cannot be killed with v1, so a paused container would keep its namespaces, and what waits for them, for ever.
thaw_cgroups() {
  cgroup_roots | while read -r root; do
    find "$root" -name freezer.state -exec sh -c 'echo THAWED >"$1"' sh {} \; 2>/dev/null
    find "$root" -name cgroup.freeze -exec sh -c 'echo 0 >"$1"' sh {} \; 2>/dev/null
  done
}

# A cgroup is busy for a moment after its last process died.
remove_cgroups() {
  for attempt in 1 2 3 4 5 6 7 8 9 10; do
    cgroup_roots | while read -r root; do find "$root" -depth -type d -exec rmdir {} \; 2>/dev/null; done
    [ -z "$(cgroup_roots)" ] && break
    sleep 0.1
  done
}
