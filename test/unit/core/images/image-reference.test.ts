import { describe, expect, it } from 'vitest'
import {
  parseImageReference,
  parseTaggableReference,
  suggestReference,
  taggedText,
} from '../../../../electron/core/images/image-reference'

const digest = `sha256:${'f'.repeat(64)}`

// Cases of github.com/distribution/reference, reference_test.go and normalize_test.go, and what `docker tag` said of others.
const good = [
  'docker/docker',
  'debian',
  'docker.io/library/debian',
  '127.0.0.1:5000/docker/docker',
  'localhost/app',
  'LOCALHOST/app',
  'docker-rules/docker',
  'docker---rules/docker',
  'd/docker',
  'dock__er/docker',
  'test:5000/repo:tag',
  'lowercase:Uppercase',
  'Uppercase/lowercase:tag',
  'sub-dom1.foo.com/bar/baz/quux:some-long-tag',
  'xn--n3h.com/myimage:xn--n3h.com',
  `docker.io/${'1a3f5e7d9c1b3a5f7e9d1c3b5a7f9e1d3c5b7a9f1e3d5d7c9b1a3f5e7d9c1b3a'}`,
  `web:${'t'.repeat(128)}`,
  `web@${digest}`,
  `test:5000/repo:tag@${digest}`,
  'foo/foo_bar.com:8080',
  'a_b.c/d:1',
  '[::1]:5000/web:1',
  'x/sha256:1',
  `h.io/${'a'.repeat(255)}`,
]

const bad: readonly [text: string, problem: string][] = [
  ['', 'empty'],
  [':justtag', 'bad-name'],
  [`@${digest}`, 'bad-name'],
  ['docker/Docker', 'uppercase'],
  ['Uppercase:tag', 'uppercase'],
  ['test:5000/Uppercase/lowercase:tag', 'uppercase'],
  ['https://github.com/docker/docker', 'bad-domain'],
  ['-docker', 'bad-name'],
  ['docker///docker', 'bad-name'],
  ['docker/', 'bad-name'],
  ['docker-/docker', 'bad-name'],
  ['____/____', 'bad-name'],
  ['dock..er/docker', 'bad-domain'],
  ['dock..er/docker', 'bad-domain'],
  ['aa/asdf$$^/aa', 'bad-name'],
  ['1a3f5e7d9c1b3a5f7e9d1c3b5a7f9e1d3c5b7a9f1e3d5d7c9b1a3f5e7d9c1b3a', 'looks-like-id'],
  [`${'f'.repeat(64)}:1`, 'looks-like-id'],
  ['sha256:1', 'looks-like-id'],
  [digest, 'looks-like-id'],
  ['docker.io/library/sha256:1', 'looks-like-id'],
  [`${'a/'.repeat(128)}a:tag`, 'name-too-long'],
  [`${'a'.repeat(248)}:tag`, 'name-too-long'],
  [`web:${'t'.repeat(129)}`, 'bad-tag'],
  ['web:', 'bad-tag'],
  ['web:.1', 'bad-tag'],
  ['web:a:b', 'bad-tag'],
  ['web: 1', 'bad-tag'],
  ['wéb', 'not-ascii'],
  ['web:ｔag', 'not-ascii'],
  ['repo@sha256:ffffffffffffffffffffffffffffffffff', 'bad-digest'],
  [`validname@invaliddigest:${'f'.repeat(64)}`, 'bad-digest'],
  ['-docker.io/docker/docker', 'bad-domain'],
]

describe('an image reference', () => {
  it.each(good)('accepts %s', (text) => {
    expect(parseImageReference(text)).toMatchObject({ ok: true })
  })

  it.each(bad)('refuses %j as %s', (text, problem) => {
    expect(parseImageReference(text)).toEqual({ ok: false, problem })
  })

  it('is taken apart into host, path, tag and digest', () => {
    expect(parseImageReference(`host:5000/team/app:2@${digest}`)).toEqual({
      ok: true,
      reference: { domain: 'host:5000', path: 'team/app', tag: '2', digest },
    })
  })

  it.each([
    ['docker.io/library/web:1', 'web:1'],
    ['index.docker.io/team/web', 'team/web:latest'],
    ['library/web', 'web:latest'],
    ['docker.io/a.b/c', 'docker.io/a.b/c:latest'],
  ])('is told of %s as engines tell it', (text, told) => {
    const parsed = parseImageReference(text)
    expect(parsed.ok && taggedText(parsed.reference)).toBe(told)
  })

  it('cannot be given to an image with a digest in it', () => {
    expect(parseTaggableReference(`web@${digest}`)).toEqual({ ok: false, problem: 'digest-not-taggable' })
  })

  it('gets the tag latest when it has none', () => {
    expect(taggedText({ domain: 'host:5000', path: 'web' })).toBe('host:5000/web:latest')
  })
})

describe('a suggested reference', () => {
  it('is the container, the day and the first free number', () => {
    const taken = new Set(['web-1:2026-11-23-1', 'web-1:2026-11-23-2'])
    expect(suggestReference('web-1', '2026-11-23', taken)).toBe('web-1:2026-11-23-3')
  })

  it.each([
    'Web_App',
    '-odd-',
    'a..b',
    'a_.-b',
    '___',
    'é',
    'a'.repeat(300),
    '1a3f'.repeat(16),
    'x-.',
    'a__-b',
  ])('is valid for a container named %s', (name) => {
    expect(parseTaggableReference(suggestReference(name, '2026-11-23', new Set()))).toMatchObject({
      ok: true,
    })
  })
})
