/** The extended attribute that holds a file's capabilities: capabilities(7), "File capabilities". */
export const fileCapabilities = 'security.capability'

/** Names by number, capabilities(7) and include/uapi/linux/capability.h. */
const names = `chown dac_override dac_read_search fowner fsetid kill setgid setuid setpcap linux_immutable
net_bind_service net_broadcast net_admin net_raw ipc_lock ipc_owner sys_module sys_rawio sys_chroot sys_ptrace sys_pacct
sys_admin sys_boot sys_nice sys_resource sys_time sys_tty_config mknod lease audit_write audit_control setfcap
mac_override mac_admin syslog wake_alarm block_suspend audit_read perfmon bpf checkpoint_restore`.split(/\s+/)

/** Bytes of `struct vfs_cap_data` by revision; the third one ends with the user id that is root in the file's namespace. */
const lengths = new Map([
  [1, 12],
  [2, 20],
  [3, 24],
])

/**
 * The value of `security.capability` (bytes, one character each) in the words of cap_to_text(3): `cap_net_raw=ep`. Nothing
 * for what is no capability set.
 */
export function capabilityWords(value: string): string | undefined {
  const word = (at: number): number => {
    let number = 0
    for (let byte = 3; byte >= 0; byte -= 1) number = number * 256 + value.charCodeAt(at + byte)
    return number
  }
  if (value.length < 4) return undefined
  const head = word(0)
  const revision = Math.floor(head / 0x1000000)
  if (lengths.get(revision) !== value.length) return undefined
  const isEffective = head % 2 === 1
  const halves = revision === 1 ? [0] : [0, 1]
  const has = (half: number, bit: number, field: number) =>
    Math.floor(word(4 + half * 8 + field * 4) / 2 ** bit) % 2 === 1
  const byFlags = new Map<string, string[]>()
  for (const half of halves) {
    for (let bit = 0; bit < 32; bit += 1) {
      const [permitted, inheritable] = [has(half, bit, 0), has(half, bit, 1)]
      if (!permitted && !inheritable) continue
      const flags = `${isEffective ? 'e' : ''}${inheritable ? 'i' : ''}${permitted ? 'p' : ''}`
      const number = half * 32 + bit
      const name = names[number] === undefined ? String(number) : `cap_${names[number]}`
      byFlags.set(flags, [...(byFlags.get(flags) ?? []), name])
    }
  }
  const groups = [...byFlags].map(([flags, list]) => `${list.join(',')}=${flags}`)
  const root = revision === 3 ? [`[rootid=${String(word(20))}]`] : []
  return [...(groups.length === 0 ? ['='] : groups), ...root].join(' ')
}

/** The third revision's first byte of four that tell it, and the second's (bytes, one character each; little-endian). */
const revisionByte = 3
const [second, third] = ['\u0002', '\u0003']

/**
 * The same capabilities without the user id that is root for them: archives have it or not, by whether the engine read them in the container's
 * namespace.
 */
export function forAnyRoot(value: string): string {
  if (value.length !== lengths.get(3) || value[revisionByte] !== third) return value
  return value.slice(0, revisionByte) + second + value.slice(revisionByte + 1, lengths.get(2))
}
