import { access } from 'node:fs/promises'
import { homedir, userInfo } from 'node:os'
import { resolve as absolute } from 'node:path'
import { failed, isFailure } from '../../core/base/failure'
import type { HopSettings, ResolvedHost, ResolveHost, SshEnvironment, SshOverrides } from './hop-settings'
import { writtenAlgorithms } from './algorithm-options'
import { configFiles, readConfigFile } from './files/config-files'
import { evaluateConfig } from './files/evaluate'
import { expandTilde } from './files/expand'
import { type Hop, hopFrom } from './hop'
import type { HostOptions, HostQuestion } from './files/host-options'
import { warningsAbout } from './files/keywords'
import { lastJump } from './proxy-jump'
import { askSsh } from './ssh-g'
import { homesNamedIn } from './files/user-homes'

/** More jumps than this are taken for a loop. */
const mostHops = 16

/** Answers what ssh_config says about one host. */
export type ReadOptions = (question: HostQuestion, signal: AbortSignal) => Promise<HostOptions>

/** Settings for an address by `ssh -G`, or by Lamina's own reading where OpenSSH cannot be asked. */
export const resolveSshHost: ResolveHost = (address, overrides, environment, signal) =>
  resolveWith(
    (question, stop) => readOptions(question, environment, stop),
    address,
    overrides,
    environment,
    signal,
  )

async function readOptions(
  question: HostQuestion,
  environment: SshEnvironment,
  signal: AbortSignal,
): Promise<HostOptions> {
  if (!isOwnEnvironment(environment)) return readWithoutSsh(question, environment)
  const answer = await askSsh(question, environment.configFile, signal)
  if (answer.kind === 'options')
    return withAlgorithmsAsWritten(
      await withListsApart(answer.options, question, environment),
      question,
      environment,
    )
  const options = await readWithoutSsh(question, environment)
  return answer.warning === undefined
    ? options
    : { ...options, warnings: [answer.warning, ...options.warnings] }
}

const lists = [
  ['userknownhostsfile', 'userKnownHostsFiles'],
  ['globalknownhostsfile', 'globalKnownHostsFiles'],
  ['revokedhostkeys', 'revokedHostKeys'],
] as const

/** `ssh -G` prints lists of files without quotes; where one could hold spaces, Lamina's own reading tells them apart. */
async function withListsApart(
  options: HostOptions,
  question: HostQuestion,
  environment: SshEnvironment,
): Promise<HostOptions> {
  if (!lists.some(([keyword]) => options.set.has(keyword))) return options
  try {
    const { settings } = await hopOf(await readWithoutSsh(question, environment), environment)
    const values = new Map(options.values)
    for (const [keyword, name] of lists) {
      const files = settings[name] ?? []
      if (files.join(' ') === values.get(keyword)?.join(' ')) values.set(keyword, files)
    }
    return { ...options, values }
  } catch (error) {
    // What OpenSSH can read and Lamina cannot stays as OpenSSH says it.
    if (isFailure(error, 'invalid-input')) return options
    throw error
  }
}

/**
 * `ssh -G` prints lists of algorithms completed; which of them somebody named stands in the person's own file. What a
 * distribution names for everybody is nobody's choice.
 */
async function withAlgorithmsAsWritten(
  options: HostOptions,
  question: HostQuestion,
  environment: SshEnvironment,
): Promise<HostOptions> {
  try {
    const files = await Promise.all(
      configFiles(environment)
        .slice(0, 1)
        .map((file) => readConfigFile(file)),
    )
    const own = evaluateConfig(files, question, environment.localUser)
    return { ...options, writtenAlgorithms: writtenAlgorithms(own) }
  } catch (error) {
    // What OpenSSH can read and Lamina cannot stays as OpenSSH says it.
    if (isFailure(error, 'invalid-input')) return options
    throw error
  }
}

/** ssh takes home and user from the system's list of users, not from its environment. */
function isOwnEnvironment({ home, localUser, systemConfigFile }: SshEnvironment): boolean {
  return systemConfigFile === undefined && home === homedirOfUser() && localUser === userInfo().username
}

function homedirOfUser(): string {
  return userInfo().homedir || homedir()
}

/** Reads the configuration files as OpenSSH does, without it. */
export async function readWithoutSsh(
  question: HostQuestion,
  environment: SshEnvironment,
): Promise<HostOptions> {
  const files = await Promise.all(configFiles(environment).map((file) => readConfigFile(file)))
  return evaluateConfig(files, question, environment.localUser)
}

/**
 * Resolves a host and all its jumps. As with `ssh`, each hop is asked about on its own; in a list `a,b` the way to `b` is
 * `a`, whatever the configuration says about `b`, while the configuration of `a` counts.
 * @throws FailureError `invalid-input` for a configuration that cannot be followed, such as jumps in a circle; `cancelled`
 */
export async function resolveWith(
  read: ReadOptions,
  address: HostQuestion,
  overrides: SshOverrides,
  environment: SshEnvironment,
  signal: AbortSignal,
): Promise<ResolvedHost> {
  const warnings = new Set<string>()

  async function chainTo(question: HostQuestion, above: readonly string[]): Promise<HopSettings[]> {
    const options = await read(question, signal)
    const { settings, usualIdentities, warnings: own } = await hopOf(options, environment)
    for (const warning of [...options.warnings, ...own, ...warningsAbout(options.set)]) warnings.add(warning)
    const identityFiles = usualIdentities ? await existing(settings.identityFiles) : settings.identityFiles
    const jump = options.values.get('proxyjump')?.[0]
    const last = jump === undefined ? undefined : lastJump(jump, options.expanded)
    if (last === undefined) return [{ ...settings, identityFiles }]
    const step = `${settings.user}@${settings.hostName}:${String(settings.port)} through ${String(jump)}`
    if (above.includes(step) || above.length >= mostHops) throw jumpsInCircle(step)
    const { proxyCommand: _unused, ...direct } = settings
    return [...(await chainTo(last, [...above, step])), { ...direct, identityFiles }]
  }

  const { host, user, port } = address
  const question = {
    host,
    ...(user === undefined ? {} : { user }),
    ...(port === undefined ? {} : { port }),
  }
  const hops = await chainTo(question, [])
  const target = hops.pop()
  if (target === undefined) throw new Error('A chain of hops without its host')
  const [first, ...rest] = [...hops, await overridden(target, overrides, environment)]
  if (first === undefined) throw new Error('A chain without hops')
  return { hops: [first, ...rest], warnings: [...warnings] }
}

/** Settings of a hop, with the homes of users whom its paths name. */
async function hopOf(options: HostOptions, environment: SshEnvironment): Promise<Hop> {
  const userHomes = await homesNamedIn([...options.values.values()].flat())
  return hopFrom(options, { ...environment, userHomes })
}

function jumpsInCircle(step: string): Error {
  return failed(
    'invalid-input',
    `The jumps in the SSH configuration go round in a circle: ${step}.`,
    'Set ProxyJump none for the host that is jumped through.',
  )
}

/** A key file that was chosen goes first, and with it only what was named; a known_hosts file takes the user's place. */
async function overridden(
  hop: HopSettings,
  overrides: SshOverrides,
  { home }: SshEnvironment,
): Promise<HopSettings> {
  const { identityFile, knownHostsFile, legacyAlgorithms } = overrides
  const homes = await homesNamedIn([identityFile ?? '', knownHostsFile ?? ''])
  const key = identityFile === undefined ? undefined : absolute(expandTilde(identityFile, home, homes))
  return {
    ...hop,
    ...(key === undefined
      ? {}
      : { identityFiles: [key, ...hop.identityFiles.filter((file) => file !== key)], identitiesOnly: true }),
    ...(knownHostsFile === undefined
      ? {}
      : { userKnownHostsFiles: [absolute(expandTilde(knownHostsFile, home, homes))] }),
    legacyAlgorithms: legacyAlgorithms ?? hop.legacyAlgorithms,
  }
}

/** Those that are there, or whose public part alone is: an agent may hold the rest. */
async function existing(files: readonly string[]): Promise<string[]> {
  const there = await Promise.all(
    files.map((file) =>
      Promise.any([access(file), access(`${file}.pub`)]).then(
        () => true,
        () => false,
      ),
    ),
  )
  return files.filter((_file, index) => there[index])
}
