import { execFileSync } from 'node:child_process'

/** What each directory of a deep tree has besides the next one. */
export const inEach = ['back\\slash', 'empty', 'file', 'link', 'new\nline'] as const

/** A name as long as paths beyond the kernel's limit are made of; 25 of them, or 20 below a layer's directory, are too long. */
export function deepName(level: number): string {
  return `${String(level).padStart(2, '0')}${"d\\ '".repeat(49)}xy`
}

/** Directories one in the other as a path, without the first slash. */
export function deepPath(levels: number): string {
  return Array.from({ length: levels }, (_, level) => deepName(level)).join('/')
}

/**
 * A script that makes directories one in the other, step by step, since no call takes such a path, and runs a command in each and in
 * the first. The command knows its depth as `$level`.
 */
export function inEachLevel(levels: number, command: string): string {
  const name = `"$(printf %02d $level)${"d\\\\ '".repeat(49)}xy"`
  return `level=0
while :; do ${command}
  [ $level -lt ${String(levels)} ] || break
  mkdir -p ${name}; cd -P ${name}; level=$((level + 1))
done`
}

/** Makes in every directory what `inEach` names. */
export const filledEach = `echo "$level" >file; ln -s "target $level" link; : >empty; echo b >'back\\slash'; echo n >'new
line'; `

/** What a folder and the deep tree in it have, by a tool that goes step by step. */
export function pathsIn(folder: string): string[] {
  const found = execFileSync('find', ['.', '-mindepth', '1', '-print0'], {
    cwd: folder,
    encoding: 'latin1',
    maxBuffer: 100_000_000,
  })
  return found
    .split('\0')
    .slice(0, -1)
    .map((path) => path.slice(1))
}
