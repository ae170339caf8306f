import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses'

/** How a package's fuses have to stand (docs/security.md); asar integrity is left out: it does not exist on Linux. */
export const requiredFuses: Readonly<Record<string, boolean>> = {
  RunAsNode: false,
  EnableCookieEncryption: true,
  EnableNodeOptionsEnvironmentVariable: false,
  EnableNodeCliInspectArguments: false,
  OnlyLoadAppFromAsar: true,
  GrantFileProtocolExtraPrivileges: false,
}

// The character '1' in the binary (FuseState.ENABLE, which the package declares and does not export).
const on = 49

/** The fuses burnt into an Electron binary, by the names of `@electron/fuses`. */
export async function readFuses(executable: string): Promise<ReadonlyMap<string, boolean>> {
  const wire = await getCurrentFuseWire(executable)
  const fuses = new Map<string, boolean>()
  for (const [name, index] of Object.entries(FuseV1Options)) {
    if (typeof index === 'number') fuses.set(name, Number(wire[index]) === on)
  }
  return fuses
}
