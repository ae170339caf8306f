import type { DebianHost } from './debian-host'

/**
 * Gives a host a /sys of its own with cgroup v2 alone, as Debian has it. Those who are root of a user namespace only may mount a /sys for
 * a container where they see the whole of one (mount_too_revealing, fs/namespace.c).
 */
export async function mountUnifiedCgroups(host: DebianHost): Promise<void> {
  const mounts = 'umount -l /sys && mount -t sysfs sysfs /sys && mount -t cgroup2 none /sys/fs/cgroup'
  await host.run(['sh', '-c', mounts])
}
