import { oneOf, seededRandom } from '../../builders/random'

const names = ['a', 'b', 'c', 'd e', 'é']
const modes = ['600', '644', '700', '755', '4755', '1777']

type Operation = (path: string, other: string, random: () => number) => string

// Each may fail, for the path may be anything or nothing by then: that is part of the game.
const operations: readonly Operation[] = [
  (path, _, random) => `head -c ${Math.floor(random() * 3000)} /dev/zero > ${path}`,
  (path, _, random) => `echo ${Math.floor(random() * 1e6)} > ${path}`,
  (path) => `echo more >> ${path}`,
  (path) => `: >> ${path}`,
  (path) => `mkdir -p ${path}`,
  (path) => `mkdir -p ${path}`,
  (path) => `rm -rf ${path}`,
  (path) => `rm -rf ${path}; mkdir ${path}`,
  (path, other) => `rm -rf ${path}; mkdir ${path}; cp -r ${other} ${path}/`,
  (path, other) => `mv ${path} ${other}`,
  (path, other) => `rm -rf ${other}; mv ${path} ${other}`,
  (path, other) => `cp -r ${path} ${other}`,
  (path, other) => `ln ${path} ${other}`,
  (path, other) => `ln -sfn ${other} ${path}`,
  (path, _, random) => `chmod ${oneOf(random, modes)} ${path}`,
  (path, _, random) => `chown -h ${Math.floor(random() * 3)}:${Math.floor(random() * 3)} ${path}`,
  (path) => `touch ${path}`,
]

/** A shell script of `count` random operations on paths up to four deep below /r; the same for the same seed. */
export function randomScript(seed: number, count: number): string {
  const random = seededRandom(seed)
  const path = (): string => {
    const depth = 1 + Math.floor(random() * 4)
    return `'/r/${Array.from({ length: depth }, () => oneOf(random, names)).join('/')}'`
  }
  const lines = Array.from({ length: count }, () => {
    const line = oneOf(random, operations)(path(), path(), random)
    // A subshell: a redirection that fails ends the shell it is in.
    return `( ${line} ) 2>/dev/null || true`
  })
  return ['mkdir -p /r', ...lines].join('\n')
}
