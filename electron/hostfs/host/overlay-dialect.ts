/** How one overlay mount marks what it does; kernels are set up differently, and fuse-overlayfs has marks of its own. */
export interface OverlayDialect {
  readonly driver: 'kernel' | 'fuse-overlayfs'
  /**
   * Where its extended attributes are: `user` for mounts of a user namespace (overlayfs.rst, "userxattr"). The other names are
   * ordinary attributes then, which anything in a container can set.
   */
  readonly namespace: 'trusted' | 'user'
  /** Whether renamed directories may have their content elsewhere (overlayfs.rst, "redirect_dir"). */
  readonly redirects: boolean
  /** Whether files may hold metadata only (overlayfs.rst, "metacopy"). */
  readonly metacopy: boolean
  /** Whether owners and modes are in an attribute of each file, which a mount program shows in their place. */
  readonly keepsStats?: boolean
}

/** What Docker's overlay2 writes on a kernel that has neither redirect_dir nor metacopy switched on. */
export const plainDialect: OverlayDialect = {
  driver: 'kernel',
  namespace: 'trusted',
  redirects: false,
  metacopy: false,
}

/** What an engine says of its overlay mounts. */
export interface EngineStorage {
  readonly storageDriver: string
  readonly nativeDiff: boolean
  readonly metacopy: boolean
  readonly userxattr: boolean
  readonly keepsStats?: boolean
}

/**
 * The dialect of an engine's mounts by what it and the kernel say; nothing for storage drivers that use no overlay. Only moby's
 * overlay2 tries out whether its mounts redirect directories (`docker info`, Native Overlay Diff).
 */
export function dialectOf(
  { storageDriver, nativeDiff, metacopy, userxattr, keepsStats = false }: EngineStorage,
  kernel: { readonly redirects: boolean; readonly metacopy: boolean },
): OverlayDialect | undefined {
  const namespace = userxattr ? 'user' : 'trusted'
  switch (storageDriver) {
    case 'overlay2':
    case 'overlay':
    case 'overlayfs':
      return {
        driver: 'kernel',
        namespace,
        redirects: !nativeDiff || kernel.redirects,
        metacopy: metacopy || kernel.metacopy,
      }
    case 'fuse-overlayfs':
      return { driver: 'fuse-overlayfs', namespace, redirects: false, metacopy: false, keepsStats }
    default:
      return undefined
  }
}
