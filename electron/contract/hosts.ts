import { z } from 'zod'
import { operation } from './operation'
import { hostDescription, hostId } from './values'

export const hostOperations = {
  'hosts.list': operation({
    summary: 'The hosts that are known, this machine first.',
    input: z.strictObject({}),
    output: z.array(z.object({ hostId, kind: z.enum(['local', 'ssh']), name: z.string() })),
  }),
  'hosts.describe': operation({
    summary: 'Engine, versions and storage of a host, and whether its own files can be read.',
    input: z.strictObject({ hostId }),
    output: hostDescription,
  }),
  'hosts.connect': operation({
    summary: 'Opens a host and keeps watching it: its events follow until the process ends.',
    input: z.strictObject({ hostId }),
    output: hostDescription,
  }),
}
