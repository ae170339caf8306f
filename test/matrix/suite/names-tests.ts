import { request } from 'node:http'
import { expect, test } from 'vitest'
import { isFailure } from '../../../electron/core/base/failure'
import { parseTaggableReference, taggedText, wholeName } from '../../../electron/core/images/image-reference'
import { nameSnapshot } from '../../../electron/session/snapshots/snapshot'
import { localEngine } from '../../../electron/session/host/local-host'
import { oneOf, seededRandom } from '../../builders/random'
import { importImage } from '../../engines/images/images'
import type { Expected } from '../rig/expected'
import type { MatrixEngine } from '../rig/matrix-engine'

const hex = 'b'.repeat(64)

/** Names at the borders of what engines take, which differ in some of them. */
const named = [
  ...[
    'sha256',
    'sha256:1',
    `sha256:${hex}`,
    'docker.io/sha256:1',
    'docker.io/library/sha256:1',
    'library/sha256:1',
  ],
  ...['sha512:1', 'sha384:x', 'x/sha256:1', 'localhost/sha256:1', 'sha256/x:1', 'sha256.io/x:1'],
  ...[hex, `${hex}:1`, `library/${hex}:1`, `x/${hex}:1`, `docker.io/library/${hex}`, `${'0'.repeat(64)}/x`],
  ...[
    'a_b.c/d:1',
    'a_b.c/e',
    'a__b:5000/d:1',
    'a_b:5000/d',
    'a-.b/c',
    'a.b-/c',
    'a.b_c/d/e:1',
    'a_b.c:5000/d',
  ],
  ...[
    'Upper/case:1',
    'A_B/c:1',
    'a.B/c:1',
    'LOCALHOST/z:1',
    'localhost/z:1',
    'localhost:5000/x',
    'a/localhost/b',
  ],
  ...['docker.io', 'docker.io:1', 'docker.io/x', 'docker.io/y:1', 'docker.io/a.b/c:1', 'index.docker.io/x:1'],
  ...[
    'index.docker.io/a/b:1',
    'docker.io/library/library/x',
    'library/x:2',
    'docker.io/docker.io',
    'library/a.b:1',
  ],
  ...[
    '[::1]:5000/x:1',
    '[::1]/x:1',
    '[fe80]/x',
    '::1/x',
    '1.2.3.4/x',
    '1.2.3.4:1/x',
    'host:/x:1',
    'host:99999/x:1',
  ],
  ...[255, 256, 247, 248, 237, 238].map((length) => 'a'.repeat(length)),
  ...[250, 251, 255, 256].map((length) => `h.io/${'a'.repeat(length)}:1`),
  ...[
    'a/'.repeat(100) + 'a',
    `a:${'t'.repeat(128)}`,
    `a:${'t'.repeat(129)}`,
    'a:_',
    'a:-',
    'a:.',
    'a:A.b_c-d',
    'a:@',
  ],
  ...[
    'a..b',
    'a.b:1',
    'a___b',
    'a--b:1',
    'a_-b',
    '.a/b',
    'a/.b',
    'a b',
    'a%20b',
    'a+b',
    'xn--a/b',
    'a/b/c/d/e',
  ],
  ...[
    '<none>:<none>',
    'none',
    'scratch:1',
    'docker://x',
    'dir:x',
    'oci/x:1',
    'oci-archive:x',
    'containers-storage/x',
  ],
]

const pieces = ['a', 'Z', '0', 'web', 'sha256', 'host', 'localhost', 'library', 'docker.io', hex]
const joints = ['.', '..', '_', '__', '___', '-', '--', '/', '//', ':', ':5000/', '@']

/** 300 names in all, the same in every run. */
function names(): string[] {
  const random = seededRandom(10)
  const made = new Set(named)
  while (made.size < 300) {
    const parts = 1 + Math.floor(random() * 4)
    let name = oneOf(random, pieces)
    for (let part = 1; part < parts; part += 1) name += oneOf(random, joints) + oneOf(random, pieces)
    made.add(name)
  }
  return [...made]
}

/** Names that Podman takes by their whole form alone, and finds by no other: no engine takes them as a person writes them. */
const ambiguous = /^(?:docker\.io\/)?(?:library\/)?sha256(?::|$)|^[0-9a-f]{64}(?::|$)/

/** Names of which engines tell another form than they were given, for one part would be read as a host or the whole as an id. */
const toldOtherwise = /^(?:docker\.io\/)?library\/[0-9a-f]{64}|^docker\.io\/a\.b\/|^a[._]b[._]c\//

/** What is taken for a name's sake before a commit is what the engine takes after it. */
export function namesTests(expected: Expected, started: () => MatrixEngine): void {
  test('a name is refused before a snapshot exactly when the engine refuses it', async () => {
    const { engine } = started()
    const base = 'lamina-test/named:1'
    await importImage(engine.docker, base)
    const session = localEngine(engine.dockerHost, engine.socketPath)
    const signal = new AbortController().signal
    try {
      const own = await session.engine(signal)
      const { id } = await own.image(base, signal)
      /** The engine's own tag call, which parses with its own package. */
      const isTaken = async (text: string) => {
        const slash = text.lastIndexOf('/')
        const colon = text.indexOf(':', slash + 1)
        const [name, tag] = colon === -1 ? [text, ''] : [text.slice(0, colon), text.slice(colon + 1)]
        const repo = expected.engine === 'Podman' && name !== '' ? wholeName(name) : name
        const query = new URLSearchParams({ repo, ...(tag === '' ? {} : { tag }) })
        return (await statusOf(engine.socketPath, `/v1.41/images/${base}/tag?${query.toString()}`)) === 201
      }
      const wrong: string[] = []
      let taken = 0
      for (const text of names()) {
        const parsed = parseTaggableReference(text)
        const theirs = await isTaken(text)
        if (!parsed.ok) {
          if (theirs && !ambiguous.test(text)) wrong.push(`${text} is taken by the engine: ${parsed.problem}`)
          continue
        }
        const { reference } = parsed
        try {
          await nameSnapshot(session, id, { reference, replace: true }, signal)
          taken += 1
          const found = await own.image(taggedText(reference), signal)
          if (found.id !== id) wrong.push(`${text} is found as another image`)
          if (!toldOtherwise.test(text) && !found.references.includes(taggedText(reference)))
            wrong.push(`${text} is listed as ${found.references.join(' ')}`)
          if (!theirs) wrong.push(`${text} is taken by Lamina alone`)
        } catch (error) {
          if (!isFailure(error, 'reference-invalid')) wrong.push(`${text}: ${String(error)}`)
          else if (theirs) wrong.push(`${text} is taken by the engine: ${error.failure.message}`)
        }
      }
      expect(wrong).toEqual([])
      expect(taken).toBeGreaterThan(60)
    } finally {
      await session.close()
    }
  })
}

function statusOf(socketPath: string, path: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath, method: 'POST', path }, (answer) => {
      answer.resume()
      answer.once('end', () => resolve(answer.statusCode))
    })
    asked.once('error', reject)
    asked.end()
  })
}
