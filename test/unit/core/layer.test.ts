import { describe, expect, it } from 'vitest'
import { markEmptySteps, type ReportedStep } from '../../../electron/core/history'
import { layersWithHistory, type HistoryEntry } from '../../../electron/core/layer'

function aStep(some: Partial<ReportedStep>): ReportedStep {
  return { createdBy: '', comment: '', createdAt: '2026-01-01T00:00:00.000Z', size: 0, ...some }
}

function anEntry(createdBy: string, empty = false): HistoryEntry {
  return { createdBy, comment: '', author: '', createdAt: '', empty }
}

describe('layers and their history', () => {
  it('pair up, skipping steps that made no layer', () => {
    const { layers, steps } = layersWithHistory(
      ['sha256:a', 'sha256:b'],
      [anEntry('ADD root'), anEntry('ENV A=1', true), anEntry('RUN make')],
    )
    expect(layers.map((layer) => [layer.diffId, layer.createdBy])).toEqual([
      ['sha256:a', 'ADD root'],
      ['sha256:b', 'RUN make'],
    ])
    expect(steps.map((step) => step.diffId)).toEqual(['sha256:a', undefined, 'sha256:b'])
  })

  it('pair up from the top where the history is shorter than the stack', () => {
    const { layers, steps } = layersWithHistory(['sha256:a', 'sha256:b'], [anEntry('commit')])
    expect(layers.map((layer) => layer.createdBy)).toEqual(['', 'commit'])
    expect(steps[0]?.diffId).toBe('sha256:b')
  })

  it('leave surplus history at the bottom without a layer', () => {
    const { layers, steps } = layersWithHistory(['sha256:b'], [anEntry('lost'), anEntry('kept')])
    expect(layers.map((layer) => layer.createdBy)).toEqual(['kept'])
    expect(steps.map((step) => step.diffId)).toEqual([undefined, 'sha256:b'])
  })

  it('exist without any history', () => {
    expect(layersWithHistory(['sha256:a'], []).layers).toHaveLength(1)
  })
})

describe("the engine's report of a history", () => {
  it('is a layer wherever a step has bytes', () => {
    const marked = markEmptySteps([aStep({ size: 5 }), aStep({ createdBy: 'CMD ["sh"]' })], 1)
    expect(marked.map((entry) => entry.empty)).toEqual([false, true])
  })

  it.each([
    '/bin/sh -c #(nop)  CMD ["bash"]',
    '/bin/sh -c #(nop) LABEL a=b',
    'ENV PATH=/usr/bin',
    'EXPOSE map[80/tcp:{}]',
    'ENTRYPOINT ["/docker-entrypoint.sh"]',
  ])('takes %s for configuration', (createdBy) => {
    const marked = markEmptySteps(
      [aStep({ size: 9 }), aStep({ createdBy: 'WORKDIR /app' }), aStep({ createdBy })],
      2,
    )
    expect(marked.map((entry) => entry.empty)).toEqual([false, false, true])
  })

  it('never has more layers than the stack', () => {
    const steps = [aStep({ size: 9 }), aStep({ createdBy: 'WORKDIR /a' }), aStep({ createdBy: 'RUN true' })]
    expect(markEmptySteps(steps, 2).filter((entry) => !entry.empty)).toHaveLength(2)
  })
})
