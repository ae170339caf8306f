import type { FileType } from '../../../../electron/core/changes/change'

const typeLetters: Readonly<Record<FileType, string>> = {
  unknown: '?',
  file: '-',
  directory: 'd',
  symlink: 'l',
  'character-device': 'c',
  'block-device': 'b',
  fifo: 'p',
  socket: 's',
}

/** Permission bits as `chmod` takes them, four digits: `0644`. */
export function octalMode(mode: number): string {
  return (mode & 0o7777).toString(8).padStart(4, '0')
}

/** Type and permission bits as `ls -l` writes them: `-rwsr-xr-x`. */
export function symbolicMode(type: FileType, mode: number): string {
  const special = mode >> 9
  return (
    typeLetters[type] +
    triple(mode >> 6, special & 4, 's') +
    triple(mode >> 3, special & 2, 's') +
    triple(mode, special & 1, 't')
  )
}

function triple(bits: number, special: number, letter: string): string {
  const execute = (bits & 1) === 1
  const last = special === 0 ? (execute ? 'x' : '-') : execute ? letter : letter.toUpperCase()
  return (bits & 4 ? 'r' : '-') + (bits & 2 ? 'w' : '-') + last
}
