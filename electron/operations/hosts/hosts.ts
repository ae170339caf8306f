import { resolve } from 'node:path'
import { displayName } from '../../core/base/display-name'
import { failed } from '../../core/base/failure'
import type { HostSession } from '../../session/host/host-session'
import { removeLeftReaders } from '../../session/images/reader-container'
import { localHostId } from '../../session/host/local-host'
import { configuredHosts, homeOf, type SshOverrides } from '../../session/host/ssh-environment'
import { sessionOf, type Context } from '../context/context'
import type { Handler } from '../context/handler'
import { hostAt, hostMeant } from '../connections/host-address'
import { hostDescription } from '../connections/host-description'
import { overridesIn, type KnownHost } from '../connections/host-registry'
import { secretsOfHost } from '../../storage/secrets'
import { unwaited } from '../../core/base/unwaited'

export const listHosts: Handler<'hosts.list'> = (context) => context.hosts.list()

export const addHost: Handler<'hosts.add'> = async (context, { host, name, ...choices }) => {
  const { hostId, name: usualName } = await hostMeant(host, () => aliasesIn(context))
  const known = (await context.hosts.list()).find((one) => one.hostId === hostId)
  const overrides = whole(choices, context)
  // A connection that was made otherwise is not what the person asks for now.
  if (context.hosts.differs(hostId, overrides)) await disconnect(context, hostId)
  await context.hosts.save({ hostId, name: name ?? known?.name ?? usualName, ...overrides })
  return await knownHost(context, hostId)
}

export const removeHost: Handler<'hosts.remove'> = async (context, input) => {
  const { hostId } = await knownHost(context, input.hostId)
  if (hostId === localHostId) {
    throw failed('invalid-input', 'This machine is always a host and cannot be removed.')
  }
  await disconnect(context, hostId)
  // Secrets first: those of a host that nobody knows any more would stay for good.
  await context.secrets?.remove(secretsOfHost(hostId))
  await context.hosts.remove(hostId)
  return { hostId }
}

export const describeHost: Handler<'hosts.describe'> = async (context, { hostId }, signal) =>
  await hostDescription(await sessionOf(context, hostId, signal), signal)

export const connectHost: Handler<'hosts.connect'> = async (context, input, signal) => {
  const session = await ('hostId' in input
    ? context.hosts.sessionToConnect(input.hostId)
    : sessionAt(context, input.host, input))
  await context.watches.connect(session, context.prompts.asker(session.hostId), signal)
  const description = await context.watches.describe(session, signal)
  unwaited(forgetLeftReaders(session), (error) => {
    context.log.error('background.failed', error)
  })
  return description
}

export const disconnectHost: Handler<'hosts.disconnect'> = async (context, input) => {
  const { hostId } = await knownHost(context, input.hostId)
  await disconnect(context, hostId)
  return { hostId }
}

export const hostLog: Handler<'hosts.log'> = async (context, input) => {
  const { hostId } = await knownHost(context, input.hostId)
  const record = context.hosts.lastSession(hostId)?.record
  return {
    entries: (record?.log() ?? []).map(({ time, text }) => ({
      time: new Date(time).toISOString(),
      text: displayName(text),
    })),
    warnings: (record?.warnings() ?? []).map((warning) => displayName(warning)),
  }
}

/** What is said with the address counts for this process; without anything, what is saved does. */
async function sessionAt(context: Context, host: string, choices: Parameters<typeof overridesIn>[0]) {
  const { hostId } = await hostMeant(host, () => aliasesIn(context))
  const overrides = whole(choices, context)
  if (Object.keys(overrides).length > 0) return await context.hosts.sessionToConnect(hostId, overrides)
  const known = (await context.hosts.list()).some((one) => one.hostId === hostId)
  return await context.hosts.sessionToConnect(hostId, known ? undefined : {})
}

async function aliasesIn({ env }: Context): Promise<ReadonlySet<string>> {
  const { hosts } = await configuredHosts(env)
  return new Set(hosts.map(({ name }) => name))
}

/** Nobody waits for it: the next one who reads an image, or connects, tries again. */
async function forgetLeftReaders(session: HostSession): Promise<void> {
  const signal = AbortSignal.timeout(60_000)
  await removeLeftReaders(await session.engine(signal), signal)
}

async function disconnect(context: Context, hostId: string): Promise<void> {
  context.watches.disconnect(hostId)
  await context.hosts.lastSession(hostId)?.close()
}

async function knownHost(context: Context, id: string): Promise<KnownHost> {
  const usual = id.startsWith('ssh://') ? hostAt(id).hostId : id
  const known = (await context.hosts.list()).find(({ hostId }) => hostId === usual)
  if (known !== undefined) return known
  throw failed(
    'unknown-host',
    `There is no host "${id}".`,
    'Look at the list of hosts for those that are known.',
  )
}

/** Files by their whole paths, so that they stay the same wherever Lamina is started next. */
function whole(choices: Parameters<typeof overridesIn>[0], { env }: Context): SshOverrides {
  const file = (path: string | undefined) =>
    path === undefined ? undefined : resolve(path.replace(/^~(?=\/|$)/, () => homeOf(env)))
  return overridesIn({
    identityFile: file(choices.identityFile),
    knownHostsFile: file(choices.knownHostsFile),
    legacyAlgorithms: choices.legacyAlgorithms,
  })
}
