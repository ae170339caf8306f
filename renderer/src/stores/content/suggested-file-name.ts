/** NAME_MAX of Linux's file systems is 255 bytes; a character has at most three here. */
const longest = 80

/** A file's name for what is at a path of a container: its own, without what another system would not take. */
export function suggestedFileName(path: string, isDirectory: boolean): string {
  const own = path.slice(path.lastIndexOf('/') + 1)
  // Names that Windows refuses: "Naming Files, Paths, and Namespaces", learn.microsoft.com.
  const plain = own.replace(/[<>:"\\|?*\ufffd]/g, '_').slice(0, longest)
  const name = plain === '' ? 'root' : plain
  return isDirectory ? `${name}.tar` : name
}
