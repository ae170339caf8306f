import type { HostTools } from '../../../electron/hostfs/host/host-tools'

/** A host with a whole GNU userland, as the machine that the tests run on. */
export const gnuTools: HostTools = { find: 'gnu', stat: 'gnu', opaque: 'tar', getfattr: true }
