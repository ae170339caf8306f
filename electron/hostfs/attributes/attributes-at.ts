import {
  attributesPrinted,
  getfattrScript,
  mostPrinted,
  type RawAttributes,
} from '../overlay/attributes-by-getfattr'
import { outputOf } from '../../transport/transport'
import { nulRecords, type HostFiles } from '../host/host-files'
import { withoutLimit } from '../commands/long-paths'

const script = getfattrScript('-')
/** getfattr complains of what vanished, which xargs makes 123. */
const someMissing = 123

/**
 * All extended attributes of absolute paths (bytes) as the host has them, no link followed; those that have none or are not there are left out. The host must
 * have getfattr (`HostTools.getfattr`).
 * @throws FailureError `command-failed`
 */
export async function attributesAt(
  host: HostFiles,
  paths: readonly string[],
  signal: AbortSignal,
): Promise<Map<string, RawAttributes>> {
  return await withoutLimit(host, paths, async ({ transport, elevated }, some) => {
    const command = {
      name: 'reading extended attributes',
      script,
      input: nulRecords(some),
      elevated,
      accepts: [someMissing],
    }
    const output = await outputOf(transport, command, signal, mostPrinted)
    return attributesPrinted(output, new Set(some))
  })
}
