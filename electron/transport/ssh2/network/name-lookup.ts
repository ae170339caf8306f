import type { LookupAddress } from 'node:dns'
import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { startProcess } from '../../start-process'

/** Most that the system's resolver may say, in characters. */
const longestAnswer = 64 * 1024

/**
 * The addresses of a name in the system's order; `family` 0 means both. Node asks for a name with letters outside of ASCII in the spelling of the
 * DNS, so that what this machine's own tables call so is not found, and refuses one that is no such spelling though it begins as one. ssh asks
 * the system's resolver for the name as it is; so does getent(1).
 * @throws Error of `dns.lookup` where the name has none
 */
export async function lookUpName(name: string, family: 0 | 4 | 6): Promise<LookupAddress[]> {
  if (!isPlain(name)) {
    const found = await askGetent(name)
    const fitting = found.filter((one) => family === 0 || one.family === family)
    if (fitting.length > 0) return fitting
  }
  return await lookup(name, { all: true, family, order: 'verbatim' })
}

function isPlain(name: string): boolean {
  return /^[ -~]*$/.test(name) && !/(^|\.)xn--/i.test(name)
}

/** No address where there is no getent of glibc's, or it knows none. */
function askGetent(name: string): Promise<LookupAddress[]> {
  return new Promise((told) => {
    let answer = ''
    const child = startProcess(
      'getent',
      ['--no-idn', '--', 'ahosts', name],
      { stdio: ['ignore', 'pipe', 'ignore'], timeout: 20_000 },
      () => {
        told([])
      },
    )
    child?.stdout?.setEncoding('utf8').on('data', (part: string) => {
      answer = (answer + part).slice(0, longestAnswer)
    })
    child?.once('close', () => {
      told(addressesIn(answer))
    })
  })
}

/** A line is an address, a kind of socket, and the name in one of them; each address has a line for each kind. */
function addressesIn(answer: string): LookupAddress[] {
  const addresses = new Set(answer.split('\n').map((line) => line.split(' ', 1)[0] ?? ''))
  return [...addresses].flatMap((address) => {
    const family = isIP(address)
    return family === 0 ? [] : { address, family }
  })
}
