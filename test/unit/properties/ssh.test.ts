import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  parseConfig,
  splitCriteria,
  splitWords,
} from '../../../electron/transport/ssh-config/files/config-line'
import { namesHost, parseKnownHosts } from '../../../electron/transport/known-hosts/known-hosts-line'
import { hostile, many, some } from './hostile'

const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ2bvkDyWzJ1wRzkqNXOv4yoFQ4hP3b9e5a0BUSj6b2V'

test('a file of known hosts is read, whatever its bytes', () => {
  const line = fc.oneof(
    hostile('@|1#,!*? \t\r\0=AZaz09+/', 60),
    fc.tuple(hostile('a.*,!?[]:|', 10), fc.constantFrom(` ${key}`, '')).map((parts) => parts.join('')),
  )
  fc.assert(
    fc.property(fc.array(line, { maxLength: 5 }), hostile('a.*[]:'), (lines, host) => {
      const text = lines.join('\n')
      for (const known of parseKnownHosts('known_hosts', text)) {
        expect(known.line).toBeLessThanOrEqual(text.split('\n').length)
        expect(known.type).not.toBe('')
        expect(typeof namesHost(known, host)).toBe('boolean')
      }
    }),
    some,
  )
})

test('a configuration is read, whatever its text', () => {
  fc.assert(
    fc.property(fc.oneof(hostile('Host=\t "\'#\\\n*'), fc.string({ unit: 'binary' })), (text) => {
      for (const { keyword, text: value } of parseConfig('config', text)) {
        expect(keyword).toBe(keyword.toLowerCase())
        expect(value).not.toMatch(/^[ \t]|\n|[ \t]$/)
        expect(Array.isArray(splitCriteria(value))).toBe(true)
      }
    }),
    some,
  )
})

test('words come back from quotes', () => {
  fc.assert(
    fc.property(fc.array(hostile('a"\'\\ #\t', 8)), (words) => {
      const quoted = words.map((word) => `"${word.replace(/["\\]/g, '\\$&')}"`)
      expect(splitWords(quoted.join(' '))).toEqual(words)
    }),
    many,
  )
})
