import { spawnSync } from 'node:child_process'
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { groupPurpose, type PackageGroup, systemPackages } from '../system-packages'

/** `missing` carries the exact command that a person with root rights has to run. */
export type Preparation =
  | { readonly kind: 'ready' }
  | { readonly kind: 'missing'; readonly packages: readonly string[]; readonly command: string }

/** Debian packages of these groups that are not installed, `a|b` alternatives unresolved. Empty where dpkg is absent. */
function missingPackages(groups: readonly PackageGroup[]): readonly string[] {
  const wanted = groups.flatMap((group) => systemPackages[group])
  const names = wanted.flatMap((name) => name.split('|'))
  const query = spawnSync('dpkg-query', ['-W', '-f=${Package} ${db:Status-Status}\\n', ...names], {
    encoding: 'utf8',
  })
  if (query.error) return []
  const installed = new Set(
    query.stdout
      .split('\n')
      .filter((line) => line.endsWith(' installed'))
      .map((line) => line.split(' ')[0]),
  )
  return wanted.filter((name) => !name.split('|').some((option) => installed.has(option)))
}

/**
 * Installs what these groups lack when run as root on Debian, one line per group. Without root nothing is installed
 * and the answer says what to run. Elsewhere than on Debian the answer is `ready`: only Debian's names are known.
 */
function prepareSystem(groups: readonly PackageGroup[]): Preparation {
  const missing = missingPackages(groups)
  if (missing.length === 0) return { kind: 'ready' }
  const isRoot = process.getuid?.() === 0
  if (!isRoot) {
    const packages = missing.map(availableName)
    return {
      kind: 'missing',
      packages,
      command: `sudo apt-get update && sudo apt-get install -y --no-install-recommends ${packages.join(' ')}`,
    }
  }
  apt(['update', '-qq'])
  for (const group of groups) {
    const packages = missingPackages([group]).map(availableName)
    if (packages.length === 0) continue
    process.stderr.write(`Installing ${groupPurpose[group]}: ${packages.join(' ')}\n`)
    withoutStartingServices(() => {
      apt(['install', '-y', '-qq', '--no-install-recommends', ...packages])
    })
  }
  return { kind: 'ready' }
}

/** Prepares these groups, or prints what to install and ends the process with exit code 1. */
export function prepareSystemOrExit(groups: readonly PackageGroup[]): void {
  const preparation = prepareSystem(groups)
  if (preparation.kind === 'ready') return
  process.stderr.write(`Missing Debian packages: ${preparation.packages.join(' ')}\n`)
  process.stderr.write(`Run:\n  ${preparation.command}\n`)
  process.exit(1)
}

function availableName(name: string): string {
  const options = name.split('|')
  const known = options.find((option) => {
    const policy = spawnSync('apt-cache', ['policy', option], { encoding: 'utf8' })
    return /Candidate: (?!\(none\))/.test(policy.stdout)
  })
  // Before the first `apt-get update` nothing is known, and newer releases mostly take the older name too.
  return known ?? options.at(-1) ?? name
}

/** Runs apt-get quietly; its output appears only when it fails. Throws on failure. */
function apt(args: readonly string[]): void {
  const run = spawnSync('apt-get', args, {
    encoding: 'utf8',
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  })
  if (run.status === 0) return
  throw new Error(`apt-get ${args.join(' ')} failed:\n${run.stdout}${run.stderr}${run.error?.message ?? ''}`)
}

/**
 * Debian starts a service when its package is installed; exit code 101 of policy-rc.d forbids it ("invoke-rc.d",
 * Debian policy). Only private engines and SSH servers are wanted, never ones that change or open the machine.
 */
function withoutStartingServices(install: () => void): void {
  const policy = '/usr/sbin/policy-rc.d'
  if (existsSync(policy)) {
    install()
    return
  }
  writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 })
  try {
    install()
  } finally {
    rmSync(policy, { force: true })
  }
}
