/** What somebody does as root in one of the containers of `run-options.ts`, and the rows of it. */
interface Touch {
  readonly name: string
  readonly script: string
  /** By kind and path, in order. */
  readonly rows: readonly string[]
  /** As the engine can tell them, where that is not the same. */
  readonly told?: readonly string[]
}

/** Beside what the engine made in them, and in the places where another engine would have made it. */
export function touched(engine: 'Docker' | 'Podman'): Touch[] {
  const isPodman = engine === 'Podman'
  const others = isPodman ? '/sbin/docker-init' : '/run/.containerenv /run/podman-init'
  return [
    {
      name: 'bind-directory',
      script: 'chmod 700 /deep; echo mine >/deep/er/mine',
      rows: ['added /deep', 'added /deep/er/mine'],
    },
    {
      name: 'plain',
      script: `touch ${others}; chmod 711 /etc`,
      rows: ['modified /etc', ...others.split(' ').map((path) => `added ${path}`)],
    },
    {
      name: 'named-volume',
      script: 'chown 5 /etc; echo in the volume >/things/kept',
      rows: ['modified /etc'],
    },
    {
      name: 'declared',
      script: 'chown 5:5 /made/dir',
      rows: ['added /made/dir'],
    },
    {
      name: 'mount-tmpfs',
      script: 'chmod 1777 /in-memory; echo lost >/in-memory/here/lost',
      rows: ['added /in-memory'],
    },
    {
      name: 'unknown-user',
      script: 'echo other:x:5:5::/:/bin/sh >>/etc/passwd',
      rows: ['modified /etc/passwd'],
    },
    {
      name: 'bare',
      script: 'ln -sfn /elsewhere /etc/mtab',
      rows: [isPodman ? 'added /etc/mtab' : 'modified /etc/mtab'],
      // Podman leaves the names of its own files out of its list.
      ...(isPodman ? { told: [] } : {}),
    },
  ]
}
