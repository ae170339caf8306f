import { spawnSync } from 'node:child_process'

/** Sonames that a binary itself asks for, by the words of glibc's loader (LD_DEBUG of ld.so(8)). The binary does not run. */
export function neededLibraries(executable: string): readonly string[] {
  const { stderr } = spawnSync(executable, [], {
    encoding: 'utf8',
    env: { LD_TRACE_LOADED_OBJECTS: '1', LD_DEBUG: 'files' },
    maxBuffer: 64 * 1024 * 1024,
  })
  const asked = stderr.matchAll(/file=(\S+) \[0\];\s+needed by (.*) \[0\]/g)
  return [...asked].flatMap(([, soname, by]) => (by === executable && soname ? [soname] : []))
}
