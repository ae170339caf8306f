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
}

/** What Docker's overlay2 writes on a kernel that has neither redirect_dir nor metacopy switched on. */
export const plainDialect: OverlayDialect = {
  driver: 'kernel',
  namespace: 'trusted',
  redirects: false,
  metacopy: false,
}
