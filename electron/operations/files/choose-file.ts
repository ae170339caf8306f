import { displayName } from '../../core/base/display-name'
import { failed } from '../../core/base/failure'
import type { Handler } from '../context/handler'

/** NAME_MAX, the longest name that file systems take, in bytes. */
const longestName = 255

export const chooseFile: Handler<'files.choose'> = async ({ chooseFile: ask }, { suggestedName }, signal) => {
  if (ask === undefined)
    throw failed(
      'prompt-required',
      'Nobody at a window can be asked where to save the file.',
      'Name the file with what is to be written.',
    )
  const chosen = await ask(safeFileName(suggestedName), signal)
  return chosen === undefined ? { overwrite: false } : { ...chosen }
}

/** Device names and characters that Windows takes in no file's name (Microsoft, Naming Files, Paths, and Namespaces). */
const reserved = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i
const forbidden = /[/\\:*?"<>|]/g

/**
 * A name from a container as one that can stand in a save dialog of any system: a plain name in the folder the person is in,
 * neither hidden nor a path nor a device, without characters that act on the display.
 */
export function safeFileName(suggested: string): string {
  const plain = displayName(suggested)
    .replace(forbidden, '_')
    .replace(/^[.\s]+|[.\s]+$/g, '')
  const short = shortened(plain)
  if (short === '') return 'file'
  return reserved.test(short) ? `_${short}` : short
}

/** Cut to what fits, the ending kept where it is a short one. */
function shortened(name: string): string {
  if (Buffer.byteLength(name) <= longestName) return name
  const ending = /\.[A-Za-z0-9]{1,10}$/.exec(name)?.[0] ?? ''
  let kept = ''
  for (const character of name.slice(0, name.length - ending.length)) {
    if (Buffer.byteLength(kept + character + ending) > longestName) break
    kept += character
  }
  return kept + ending
}
