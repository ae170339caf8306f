/** All addresses that Lamina ever hands to the system's browser. */
export const externalAddresses = {
  storage: 'https://docs.docker.com/engine/storage/drivers/overlayfs-driver/',
  commit: 'https://docs.docker.com/reference/cli/docker/container/commit/',
} as const
