const scheme = 'unix://'

/** The id of an engine of this machine by its socket: `unix:///run/podman/podman.sock`, as `DOCKER_HOST` takes it, which has no escapes. */
export function socketAddress(socketPath: string): string {
  return `${scheme}${socketPath}`
}

/** The socket's absolute path; nothing for what is no such address or has steps upward, empty parts or control characters. */
export function socketPathIn(address: string): string | undefined {
  if (!address.startsWith(`${scheme}/`)) return undefined
  const path = address.slice(scheme.length)
  const parts = path.split('/').slice(1)
  const isPlain = parts.every((part) => part !== '' && part !== '.' && part !== '..')
  return isPlain && !/\p{Cc}/u.test(path) ? path : undefined
}
