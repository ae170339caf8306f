import { z } from 'zod'
import { operation } from './operation'
import { hostDescription, hostEngine, hostId, isoTime } from './values'

/**
 * `ssh://user@host:port/run/docker.sock`, where everything but the host may be left to ssh_config, `user@host` as for ssh, or
 * `unix:///run/docker.sock` here.
 */
const address = hostId
/** A path, as the system takes one. */
export const file = z
  .string()
  .min(1)
  .max(4096)
  .regex(/^[^\0]*$/)

/** What a person may say about a host beside its address. */
const choices = z.strictObject({
  name: z.string().min(1).max(1000).optional(),
  identityFile: file.optional(),
  knownHostsFile: file.optional(),
  /** Offer algorithms that are no longer safe, for old servers. */
  legacyAlgorithms: z.boolean().optional(),
})

const knownHost = z.object({
  hostId,
  kind: z.enum(['local', 'ssh']),
  name: z.string(),
  identityFile: file.optional(),
  knownHostsFile: file.optional(),
  legacyAlgorithms: z.boolean().optional(),
  /** Kept in the file of hosts; others are known to this process only. */
  saved: z.boolean(),
})

export const hostOperations = {
  'hosts.list': operation({
    summary: 'The hosts that are known, this machine first.',
    input: z.strictObject({}),
    output: z.array(knownHost),
  }),
  'hosts.suggest': operation({
    summary: 'Hosts named in ssh_config, in Docker contexts and in DOCKER_HOST, to be added by a click.',
    input: z.strictObject({}),
    output: z.object({
      suggestions: z.array(
        z.object({
          hostId,
          name: z.string(),
          source: z.enum(['ssh-config', 'docker-context', 'environment']),
          /** Already among hosts.list. */
          known: z.boolean(),
        }),
      ),
      /** What could not be read, a sentence each. */
      warnings: z.array(z.string()),
    }),
  }),
  'hosts.add': operation({
    summary: 'Keeps a host in the file of hosts, or changes what is said about it. Connects to nothing.',
    input: choices.extend({ host: address }),
    output: knownHost,
  }),
  'hosts.remove': operation({
    summary: 'Disconnects a host and forgets it, with its stored secrets.',
    input: z.strictObject({ hostId }),
    output: z.object({ hostId }),
  }),
  'hosts.describe': operation({
    summary: 'Engine, versions and storage of a host, and whether its own files can be read.',
    input: z.strictObject({ hostId }),
    output: hostDescription,
  }),
  'hosts.engines': operation({
    summary: 'The engines that can be seen on a host, each of which can be opened as a host of its own.',
    input: z.strictObject({ hostId }),
    output: z.array(hostEngine),
  }),
  'hosts.connect': operation({
    summary:
      'Opens a host, asking what has to be asked, and keeps watching it: its events follow until the process ends.',
    input: z.union([z.strictObject({ hostId }), choices.omit({ name: true }).extend({ host: address })]),
    output: hostDescription,
  }),
  'hosts.disconnect': operation({
    summary: 'Closes the connection to a host and stops watching it.',
    input: z.strictObject({ hostId }),
    output: z.object({ hostId }),
  }),
  'hosts.log': operation({
    summary: "A host's connection log: steps, algorithms, methods and times, without secrets.",
    input: z.strictObject({ hostId }),
    output: z.object({
      entries: z.array(z.object({ time: isoTime, text: z.string() })),
      /** What ssh_config says and Lamina does not follow, a sentence each. */
      warnings: z.array(z.string()),
    }),
  }),
}
