import type { OperationOutput } from '../../contract/contract'
import { displayName } from '../../core/base/display-name'
import { socketPathIn } from '../../core/hosts/socket-address'
import { formatSshAddress, parseSshAddress, parseSshArgument } from '../../core/hosts/ssh-address'
import { configuredHosts, homeOf } from '../../session/host/ssh-environment'
import { dockerFolder, readDockerContexts } from '../../storage/docker-contexts'
import type { Handler } from '../context/handler'
import { wordsOf } from '../connections/host-address'

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
  const dockerHost = context.env['DOCKER_HOST']?.trim() ?? ''
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
  for (const one of found) {
    const { name, source } = one
    const meant = idMeant(one)
    if ('problem' in meant) warnings.push(`"${name}" ${meant.problem}, and is left out.`)
    else if (!suggestions.has(meant.hostId)) {
      const { hostId } = meant
      suggestions.set(hostId, { hostId, name: displayName(name), source, known: known.has(hostId) })
    }
  }
  return { suggestions: [...suggestions.values()], warnings }
}

/** Where `ssh NAME` goes, or the engine at an address as Docker reads it. */
function idMeant({
  name,
  address,
  source,
}: Found): { readonly hostId: string } | { readonly problem: string } {
  const isName = source === 'ssh-config'
  if (!isName && socketPathIn(address) !== undefined) return { hostId: address }
  // docker/cli, cli/connhelper/ssh, newSpec.
  if (!isName && /[?#]/.test(address))
    return { problem: 'has a query or a fragment (? or #) in its address, which Docker takes in none' }
  const parsed = isName ? parseSshArgument(name) : parseSshAddress(address)
  return parsed.ok ? { hostId: formatSshAddress(parsed.address) } : { problem: wordsOf(parsed.problem) }
}
