import { existsSync, watch, type FSWatcher } from 'node:fs'

/** Tells when something happens at a place. */
export interface PlaceWatch {
  /** Resolves once something came, went or changed there; never where it cannot be watched. */
  readonly changed: Promise<void>
  close(): void
}

/**
 * Watches some paths of this machine, among them such whose directories are not there yet. What happens from the call on is told,
 * but for a directory that another file system is mounted on meanwhile.
 */
export function watchPaths(paths: readonly string[]): PlaceWatch {
  const closers: (() => void)[] = []
  const changed = new Promise<void>((resolve) => {
    for (const path of paths) closers.push(watchPath(path, resolve))
  })
  return {
    changed,
    close() {
      for (const close of closers) close()
    },
  }
}

function watchPath(path: string, tell: () => void): () => void {
  const names = path.split('/').slice(1)
  let watcher: FSWatcher | undefined
  const close = () => watcher?.close()
  /** Watches the deepest directory that is there for the next name of the path. */
  const follow = (mostDepth: number) => {
    for (let depth = mostDepth; depth >= 0; depth -= 1) {
      const awaited = names[depth]
      const heard = (_: string, name: string | null) => {
        if (name !== awaited) return
        if (depth === names.length - 1) tell()
        else {
          close()
          follow(names.length - 1)
          if (existsSync(path)) tell()
        }
      }
      try {
        watcher = watch(`/${names.slice(0, depth).join('/')}`, { persistent: false }, heard)
        // The directory is gone, or the system watches no more: what is asked again later finds the path.
        watcher.on('error', close)
        return
      } catch {
        // Not there, not for this user, or the system has no watch left (inotify(7), ENOSPC): the one above may do.
      }
    }
  }
  follow(names.length - 1)
  return close
}
