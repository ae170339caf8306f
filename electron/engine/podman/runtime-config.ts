import { z } from 'zod'

// OCI runtime-spec, config.md.
const config = z.object({ mounts: z.array(z.object({ destination: z.string() })).nullish() })

/** Where the config that a container's runtime was last given mounts something, as it says it; nothing where that cannot be read. */
export function configuredMounts(text: string): string[] {
  try {
    return (config.parse(JSON.parse(text)).mounts ?? []).map(({ destination }) => destination)
  } catch {
    // Not there yet, or being written.
    return []
  }
}
