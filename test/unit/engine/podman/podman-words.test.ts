import { describe, expect, it } from 'vitest'
import { inDockersWords } from '../../../../electron/engine/podman/events'
import { meantBy } from '../../../../electron/engine/podman/failures'
import { podmanWords, wholeReference } from '../../../../electron/engine/podman/podman-words'
import { failed } from '../../../../electron/core/base/failure'
import type { EngineEvent } from '../../../../electron/engine/engine-events'

describe("Podman's words", () => {
  it.each([
    ['configured', 'created'],
    ['initialized', 'created'],
    ['created', 'created'],
    ['stopping', 'running'],
    ['stopped', 'exited'],
    ['paused', 'paused'],
    ['removing', 'removing'],
    ['bad state', 'unknown'],
    ['', 'unknown'],
  ])('for a state: %s is %s', (word, state) => {
    expect(podmanWords.containerState(word)).toBe(state)
  })

  it.each([
    ['docker.io/library/web:1', 'web:1'],
    ['docker.io/team/web:1', 'team/web:1'],
    ['docker.io/library/team/web:1', 'library/team/web:1'],
    ['localhost/web:1', 'localhost/web:1'],
    ['registry.example:5000/web:1', 'registry.example:5000/web:1'],
  ])('for an image: %s is %s, and back', (whole, familiar) => {
    expect(podmanWords.familiarReference(whole)).toBe(familiar)
    expect(wholeReference(familiar)).toBe(whole)
  })

  it.each(['sha256:'.padEnd(71, '0'), '0123abcd'])('leave an id alone', (id) => {
    expect(wholeReference(id)).toBe(id)
  })

  it('for what happened are told in Docker’s', async () => {
    const told: EngineEvent[] = [
      { type: 'container', action: 'died', id: '1' },
      { type: 'container', action: 'exec', id: '1' },
      { type: 'container', action: 'exec_died', id: '1' },
      { type: 'container', action: 'remove', id: '1' },
      { type: 'container', action: 'cleanup', id: '1' },
      { type: 'image', action: 'remove', id: '2' },
      { type: 'image', action: 'loadfromarchive', id: '2' },
    ]
    async function* events() {
      for (const event of told) yield await Promise.resolve(event)
    }
    const heard: string[] = []
    for await (const { action } of inDockersWords(events())) heard.push(action)
    expect(heard).toEqual(['die', 'exec_start', 'exec_die', 'destroy', 'cleanup', 'delete', 'load'])
  })

  it.each([
    ['"1" is not paused: container state improper', 'conflict'],
    ['nothing not found: layer not known', 'not-found'],
    ['no space left on device', 'engine-failed'],
  ] as const)('for a failure: %s is %s', async (message, kind) => {
    const work = Promise.reject(failed('engine-failed', message))
    await expect(meantBy(work)).rejects.toMatchObject({ failure: { kind, message } })
  })
})
