/**
 * Every tool that Lamina starts, here or on a host, runs in an environment of Lamina's own: what a login file or a desktop sets for a
 * person changes what tools do and say (TAR_OPTIONS, POSIXLY_CORRECT, CDPATH, functions that bash exports), and nothing of it is wanted.
 * Left out on purpose, too: LD_LIBRARY_PATH and LD_PRELOAD. Tools that need them do not work for anybody else on the host either (NixOS
 * writes such paths into its programs), and those of a packed application lead to its own libraries.
 */

/** Where sockets of engines may be, and which one is meant; no tool that is started reads them for anything else. */
const kept = [
  'HOME',
  'XDG_RUNTIME_DIR',
  'COLIMA_HOME',
  'DOCKER_HOST',
  'DOCKER_CONTEXT',
  'DOCKER_CONFIG',
  'CONTAINER_HOST',
] as const

/** Where no PATH is set, or one without any absolute folder. */
const usualPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/** The environment of a command that this process starts itself. */
export function commandEnvironment(own: NodeJS.ProcessEnv): Record<string, string> {
  const environment: Record<string, string> = { PATH: absolute(own['PATH']) || usualPath, LC_ALL: 'C' }
  for (const name of kept) {
    const value = own[name]
    if (value !== undefined) environment[name] = value
  }
  return environment
}

/** Commands go to directories that a container writes: a folder which is relative would have its programs run from there. */
function absolute(path = ''): string {
  return path
    .split(':')
    .filter((folder) => folder.startsWith('/'))
    .join(':')
}

/**
 * A constant for `/bin/sh -c`, whose next arguments are a script and what that gets as its own: runs it in the same environment as
 * `commandEnvironment`, made of the one that a login or sudo has set. The shell replaces itself, so that there is no process more. It may
 * be any shell, with any of its options set by SHELLOPTS, and with functions of any names: `exec` knows none. Login shells of any kind
 * read it within single quotes.
 */
export const inCommandEnvironment = [
  'set -f; p=; IFS=:;',
  'for d in ${PATH-}; do case $d in /*) p=${p:+$p:}$d;; esac; done;',
  `PATH=\${p:-${usualPath}};`,
  'exec env -i PATH="$PATH" LC_ALL=C',
  ...kept.map((name) => `\${${name}+"${name}=$${name}"}`),
  '/bin/sh -c "$0" sh "$@"',
].join(' ')
