import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { failed } from '../../../../electron/core/base/failure'
import { cleanText, errorFacts, logLine, placesIn } from '../../../../electron/core/logs/log-line'

const at = { time: Date.UTC(2026, 11, 1, 11, 13, 5, 7), level: 'info', part: 'window[7]' } as const

describe('a line of the log', () => {
  it('is one printable line with time, level, part, event and facts', () => {
    expect(
      logLine({
        ...at,
        event: 'host.lost',
        facts: { host: 'ssh-1', kind: 'connection-lost', retryIn: 1000, rootless: false, why: undefined },
      }),
    ).toBe(
      '2026-12-01T11:13:05.007Z info window[7] host.lost host=ssh-1 kind=connection-lost retryIn=1000 rootless=false',
    )
    expect(
      logLine({ ...at, event: 'page.complained', facts: { message: 'a "b"\nc=\u001b[31m\u202e' } }),
    ).toBe(
      String.raw`2026-12-01T11:13:05.007Z info window[7] page.complained message="a \"b\"\\nc=\\u001b[31m\\u202e"`,
    )
  })

  it('has a bounded length and no end of a line in it, whatever a fact holds', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 20_000 }), (text) => {
        const facts = { message: cleanText(text), raw: text }
        const line = logLine({ ...at, event: 'page.complained', facts })
        expect(line.length).toBeLessThanOrEqual(2000)
        expect(line).not.toMatch(/\p{Cc}|[\u202a-\u202e\u2066-\u2069]/u)
      }),
    )
  })
})

describe('a text that is cleaned', () => {
  it.each([
    [
      'Cannot read properties of undefined (reading "x")',
      'Cannot read properties of undefined (reading "…")',
    ],
    [`ENOENT: no such file, open '/home/anna/it's mine.txt'`, 'ENOENT: no such file, open "…"'],
    ["The engine's answer to /containers/4f/json is too large", "The engine's answer to /… is too large"],
    ['cannot write ~/private/notes or ../x', 'cannot write /… or /…'],
    ['dial https://user:word@registry.example/v2?token=abc failed', 'dial https://… failed'],
    ['ssh://TOKEN@host:22 said no', 'ssh://… said no'],
    ['ann@build.example port 22 (10.0.0.7, [fe80::1%eth0]) said no', '…@… port 22 (…, …) said no'],
    ['jump.corp.example did not answer', '… did not answer'],
    ['Docker 20.10.24+dfsg1 speaks 1.41', 'Docker 20.10.24+dfsg1 speaks 1.41'],
    ['login failed, password=hunter2 hunter3', 'login failed, password=…'],
    ['Authorization: Bearer abc', 'Authorization: …'],
    ['the password is hunter2', 'the password is …'],
    [`b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAA/+= is no key`, '… is no key'],
    ['an open "quotation that ends nowhere', 'an open "…"'],
    ['first\nsecond', 'first'],
  ])('%s', (text, clean) => {
    expect(cleanText(text)).toBe(clean)
  })

  it('holds nothing that stands in quotation marks, whatever else is in it', () => {
    const quotes = fc.constantFrom(['"', '"'], ["'", "'"], ['“', '”'], ['`', '`'])
    fc.assert(
      fc.property(fc.string(), quotes, fc.string(), (before, [open, close], after) => {
        const text = `${before} ${open ?? ''}s3cr3t w0rds${close ?? ''} ${after}`
        expect(cleanText(text)).not.toMatch(/s3cr3t|w0rds/)
      }),
    )
  })

  it('is made in a moment, however long it is', () => {
    expect(cleanText('"\'`'.repeat(1_000_000)).length).toBeLessThan(10)
    expect(cleanText('a'.repeat(10_000_000))).toBe('…')
  })
})

describe('an error in the log', () => {
  it('has its name, code and places in the program, without folders', () => {
    const error = Object.assign(new TypeError('It went wrong at "home"'), { code: 'EPIPE' })
    error.stack = [
      'TypeError: It went wrong at "home"',
      '    at LogFile.append (file:///home/anna/my programs/lamina/out/main/index.js:12:5)',
      '    at async /home/anna/lamina/out/main/lamina-thread.js:3:4',
      '    at node:internal/timers:581:17',
    ].join('\n')
    expect(errorFacts(error)).toEqual({
      error: 'TypeError',
      code: 'EPIPE',
      message: 'It went wrong at "…"',
      at: 'LogFile.append(index.js:12:5) (lamina-thread.js:3:4) (timers:581:17)',
    })
  })

  it('says nothing of what could not be parsed', () => {
    const facts = (text: string) => {
      try {
        return JSON.parse(text) as never
      } catch (error) {
        return JSON.stringify(errorFacts(error))
      }
    }
    for (const text of ['hunter2', '{"password": hunter2}', '{"token":"hunter2', 'x'.repeat(50) + 'hunter2'])
      expect(facts(text)).not.toContain('hunter2')
  })

  it('takes no line of a message for a place', () => {
    const error = new Error('a\n    at my secret:1:2\nb')
    expect(errorFacts(error)['at']).not.toContain('secret')
    expect(placesIn('no stack')).toBe('')
  })

  it('is whatever was thrown', () => {
    expect(errorFacts('a secret')).toEqual({ error: 'string' })
    expect(errorFacts(undefined)).toEqual({ error: 'undefined' })
    expect(errorFacts(failed('internal', 'no'))).toMatchObject({ error: 'FailureError', message: 'no' })
  })
})
