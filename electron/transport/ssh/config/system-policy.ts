import { isFailure } from '../../../core/failure'
import type { HostOptions } from './host-options'

/**
 * Keywords that a distribution sets for everybody (crypto-policies(7)). That they are not followed is said in docs/security.md, once, and not
 * of each host to people who did not set them.
 */
const keywords = [
  'ciphers',
  'hostkeyalgorithms',
  'kexalgorithms',
  'macs',
  'pubkeyacceptedalgorithms',
  'requiredrsasize',
]

/** Options without the mention of such keywords that are set as `readSystem` alone sets them: the system's configuration without the person's. */
export async function withoutSystemPolicy(
  options: HostOptions,
  readSystem: () => Promise<HostOptions | undefined>,
): Promise<HostOptions> {
  if (!keywords.some((keyword) => options.set.has(keyword))) return options
  const system = await readSystem().catch((error: unknown) => {
    // What cannot be read alone, such as files that it includes by a relative name, is told of as it was.
    if (isFailure(error, 'invalid-input')) return undefined
    throw error
  })
  if (system === undefined) return options
  const isPolicy = (keyword: string) =>
    keywords.includes(keyword) &&
    options.values.get(keyword)?.join(' ') === system.values.get(keyword)?.join(' ')
  return { ...options, set: new Set([...options.set].filter((keyword) => !isPolicy(keyword))) }
}
