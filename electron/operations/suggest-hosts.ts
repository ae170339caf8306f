import type { OperationOutput } from '../contract/contract'
import { displayName } from '../core/display-name'
import { socketPathIn } from '../core/socket-address'
import { formatSshAddress, parseSshAddress } from '../core/ssh-address'
import { configuredHosts, homeOf } from '../session/ssh-environment'
import { dockerFolder, readDockerContexts } from '../storage/docker-contexts'
import type { Handler } from './handler'

type Suggestion = OperationOutput<'hosts.suggest'>['suggestions'][number]

interface Found {
  readonly name: string
  readonly address: string
  readonly source: Suggestion['source']
}

export const suggestHosts: Handler<'hosts.suggest'> = async (context) => {
  const home = homeOf(context.env)
  const [configured, docker, hosts] = await Promise.all([
    configuredHosts(context.env),
    readDockerContexts(home, dockerFolder(context.env, home)),
    context.hosts.list(),
  ])
  const dockerHost = context.env['DOCKER_HOST'] ?? ''
  const found: Found[] = [
    ...(dockerHost.startsWith('ssh://')
      ? [{ name: 'DOCKER_HOST', address: dockerHost, source: 'environment' as const }]
      : []),
    ...docker.contexts.map(({ name, host }) => ({ name, address: host, source: 'docker-context' as const })),
    ...configured.hosts.map(({ name }) => ({ name, address: name, source: 'ssh-config' as const })),
  ]
  const known = new Set(hosts.map(({ hostId }) => hostId))
  const { suggestions, warnings } = suggestionsFrom(found, known)
  return {
    suggestions,
    warnings: [...configured.warnings, ...docker.warnings, ...warnings].map((warning) =>
      displayName(warning),
    ),
  }
}

/** Each host once, by the first that names it. */
function suggestionsFrom(
  found: readonly Found[],
  known: ReadonlySet<string>,
): { suggestions: Suggestion[]; warnings: string[] } {
  const suggestions = new Map<string, Suggestion>()
  const warnings: string[] = []
  for (const { name, address, source } of found) {
    const parsed = parseSshAddress(address)
    if (!parsed.ok && socketPathIn(address) === undefined) {
      warnings.push(`${name} names no host that can be connected to (${parsed.problem}) and was left out.`)
      continue
    }
    const hostId = parsed.ok ? formatSshAddress(parsed.address) : address
    if (!suggestions.has(hostId)) {
      suggestions.set(hostId, { hostId, name: displayName(name), source, known: known.has(hostId) })
    }
  }
  return { suggestions: [...suggestions.values()], warnings }
}
