import { bytePath } from '../../core/base/byte-path'
import type { ChangeWarning } from '../../core/changes/change'
import { whiteoutNameWarning } from '../../core/changes/whiteout'
import type { HostFiles } from '../host/host-files'
import { nulFields } from '../commands/nul-fields'
import { portableFind } from '../commands/portable-find'

// Paths come as `./NAME`.
const findScript = `
IFS= read -r upper && cd "$upper" || exit 3
exec 3>&1
${portableFind("find . -name '.wh.*' -print0")}`

/** Real files in an upper directory that a commit would turn into deletions. */
export async function whiteoutNames(
  { transport, elevated, dialect }: HostFiles,
  upper: string,
  signal: AbortSignal,
): Promise<ChangeWarning[]> {
  const warnings: ChangeWarning[] = []
  // There they are whiteouts already.
  if (dialect?.driver === 'fuse-overlayfs') return warnings
  const command = {
    name: 'looking for names that an image takes for deletions',
    silence: 'long' as const,
    script: findScript,
    input: Buffer.from(`${upper}\n`),
    elevated,
  }
  for await (const paths of nulFields(transport.run(command, signal), 1, command)) {
    for (const path of paths) {
      const warning = whiteoutNameWarning(bytePath(path.slice(1)))
      if (warning !== undefined) warnings.push(warning)
    }
  }
  return warnings
}
