import { lookup, type LookupAddress, type LookupOptions } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import { startProcess } from '../start-process'

/** Most that the system's resolver may say, in characters. */
const longestAnswer = 64 * 1024

/**
 * Looks up the addresses of a name, as `dns.lookup` does. Node asks for a name with letters outside of ASCII in the spelling of the DNS, so that
 * what this machine's own tables call so is not found, and refuses one that is no such spelling though it begins as one. ssh asks the system's resolver for the name as it is; so does getent(1).
 */
export const lookUpName: LookupFunction = (name, options, told) => {
  if (isPlain(name)) {
    lookup(name, options, told)
    return
  }
  askGetent(name, (addresses) => {
    const fitting = addresses.filter(({ family }) => isWanted(family, options.family))
    const [first] = fitting
    if (first === undefined) lookup(name, options, told)
    else if (options.all === true) told(null, fitting)
    else told(null, first.address, first.family)
  })
}

function isPlain(name: string): boolean {
  return /^[ -~]*$/.test(name) && !/(^|\.)xn--/i.test(name)
}

function isWanted(family: number, wanted: LookupOptions['family']): boolean {
  return wanted === undefined || wanted === 0 || wanted === family || wanted === `IPv${String(family)}`
}

/** Tells of no address where there is no getent of glibc's, or it knows none. */
function askGetent(name: string, told: (addresses: LookupAddress[]) => void): void {
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
}

/** A line is an address, a kind of socket, and the name in one of them; each address has a line for each kind. */
function addressesIn(answer: string): LookupAddress[] {
  const addresses = new Set(answer.split('\n').map((line) => line.split(' ', 1)[0] ?? ''))
  return [...addresses].flatMap((address) => {
    const family = isIP(address)
    return family === 0 ? [] : { address, family }
  })
}
