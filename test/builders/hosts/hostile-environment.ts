/** What a login file or a desktop may set for a person, each of which changes what a tool says or where a shell goes. */
export const hostileEnvironment: Readonly<Record<string, string>> = {
  TAR_OPTIONS: '--exclude-vcs',
  POSIXLY_CORRECT: '1',
  GREP_OPTIONS: '--invert-match',
  QUOTING_STYLE: 'shell-escape-always',
  BLOCK_SIZE: "human-readable'",
  TIME_STYLE: '+%s',
  LS_COLORS: 'di=31',
  GZIP: '--fast',
  TZ: 'Pacific/Kiritimati',
  LANG: 'de_DE.UTF-8',
  LC_ALL: 'de_DE.UTF-8',
  LANGUAGE: 'de',
  CDPATH: '/usr:/',
  IFS: 'a',
  ENV: '/nonexistent/env',
  BASH_ENV: '/nonexistent/bash-env',
  SHELLOPTS: 'braceexpand:errexit:hashall:nounset',
  p: 'left from somewhere',
  'BASH_FUNC_find%%': '() {  echo hostile; }',
  'BASH_FUNC_stat%%': '() {  echo hostile; }',
  'BASH_FUNC_env%%': '() {  echo hostile; }',
  'BASH_FUNC_cd%%': '() {  echo hostile; }',
  LD_LIBRARY_PATH: '/nonexistent/libraries',
}

/** The same as lines of a file that bash reads at login; `SHELLOPTS` cannot be written there. */
export function hostileLogin(): string {
  const lines = Object.entries(hostileEnvironment)
    .filter(([name]) => /^[A-Za-z_]+$/.test(name) && name !== 'SHELLOPTS')
    .map(([name, value]) => `export ${name}='${value.replaceAll("'", `'\\''`)}'`)
  const functions = ['find', 'stat', 'env', 'cd', 'tar'].map(
    (name) => `${name}() { echo hostile; }; export -f ${name}`,
  )
  const options = 'export SHELLOPTS; set -eu; alias find=echo sh=echo'
  return [...lines, ...functions, 'export PATH=".::relative:$PATH"', options, 'echo Welcome', ''].join('\n')
}
