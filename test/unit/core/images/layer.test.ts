import { describe, expect, it } from 'vitest'
import { flaggedHistory, reportedHistory, type ReportedStep } from '../../../../electron/core/images/history'
import { layersWithHistory, type HistoryEntry } from '../../../../electron/core/images/layer'

function aStep(some: Partial<ReportedStep>): ReportedStep {
  return { createdBy: '', comment: '', createdAt: '2026-01-01T00:00:00.000Z', size: 0, ...some }
}

function anEntry(createdBy: string, empty = false): HistoryEntry {
  return { createdBy, comment: '', author: '', createdAt: '', empty, size: empty ? 0 : 7 }
}

/** What the layers of a stack are said to be made by, and how large, and which layer each step is said to have made. */
function told(diffIds: readonly string[], entries: readonly HistoryEntry[]) {
  const { layers, steps } = layersWithHistory(diffIds, flaggedHistory(entries, diffIds.length))
  return {
    makers: layers.map(({ createdBy, size }) => [createdBy, size]),
    made: steps.map(({ diffId, size }) => [diffId, size]),
  }
}

describe('layers and their history', () => {
  it('pair up, skipping steps that made no layer', () => {
    const entries = [anEntry('ADD root'), anEntry('ENV A=1', true), anEntry('RUN make')]
    expect(told(['a', 'b'], entries)).toEqual({
      makers: [
        ['ADD root', 7],
        ['RUN make', 7],
      ],
      made: [
        ['a', 7],
        [undefined, 0],
        ['b', 7],
      ],
    })
  })

  it.each([
    ['shorter than the stack', ['a', 'b'], [anEntry('commit')]],
    ['longer than the stack', ['b'], [anEntry('one'), anEntry('other')]],
    ['without the flags of empty steps', ['a'], [anEntry('ADD root'), anEntry('ENV A=1')]],
    ['with a flag at a step too many', ['a', 'b'], [anEntry('ADD root', true), anEntry('RUN make')]],
    ['not there', ['a'], []],
  ])('are not said to belong together where the history is %s', (_what, diffIds, entries) => {
    const { makers, made } = told(diffIds, entries)
    expect(makers).toEqual(diffIds.map(() => ['', undefined]))
    expect(made).toEqual(entries.map(({ empty }) => [undefined, empty === true ? 0 : undefined]))
  })
})

/** Of each layer who is said to have made it in an engine's report, and of each step whether it is said to have made none. */
function report(steps: readonly ReportedStep[], layerCount: number, bytes?: number) {
  const history = reportedHistory(steps, { layerCount, bytes })
  const diffIds = Array.from({ length: layerCount }, (_, index) => String(index))
  const { layers } = layersWithHistory(diffIds, history)
  return {
    makers: layers.map(({ createdBy, size }) => [createdBy, size]),
    empty: history.entries.map((entry) => entry.empty),
  }
}

const run = aStep({ createdBy: 'RUN make', size: 9 })
const add = aStep({ createdBy: 'ADD root', size: 5 })
const unknown = ['', undefined]

describe("the engine's report of a history", () => {
  it('is whole where as many steps have bytes as there are layers', () => {
    const steps = [add, aStep({ createdBy: 'WORKDIR /app' }), run]
    expect(report(steps, 2)).toEqual({
      makers: [
        ['ADD root', 5],
        ['RUN make', 9],
      ],
      empty: [false, true, false],
    })
  })

  it.each([
    '/bin/sh -c #(nop)  CMD ["bash"]',
    '/bin/sh -c #(nop) LABEL a=b',
    'ENV PATH=/usr/bin',
    'EXPOSE map[80/tcp:{}]',
    'ENTRYPOINT ["/docker-entrypoint.sh"]',
  ])('takes %s for configuration where a layer without bytes is to be found', (createdBy) => {
    const steps = [run, aStep({ createdBy: 'WORKDIR /app' }), aStep({ createdBy })]
    const { makers, empty } = report(steps, 2, 9)
    expect(empty).toEqual([false, false, true])
    expect(makers).toEqual([
      ['RUN make', 9],
      ['WORKDIR /app', 0],
    ])
  })

  it('has a layer at configuration too where nothing else is left', () => {
    expect(report([add, aStep({ createdBy: 'ENV A=1' })], 2, 5).empty).toEqual([false, false])
  })

  it('says of a step what is so whichever of the others made layers', () => {
    const [directory, other] = [aStep({ createdBy: 'WORKDIR /a' }), aStep({ createdBy: 'RUN true' })]
    expect(report([add, directory, other, run], 3, 14)).toEqual({
      makers: [['ADD root', 5], unknown, ['RUN make', 9]],
      empty: [false, undefined, undefined, false],
    })
    expect(report([add, directory, run, other], 3, 14).makers).toEqual([['ADD root', 5], unknown, unknown])
  })

  it.each([
    ['has fewer steps than layers', [add], 3, 14],
    ['has none', [], 2, 14],
    ['has more steps with bytes than layers', [add, run, add], 2, 14],
    ['lacks bytes of the image, which must be a step that is not there', [add, aStep({}), run], 3, 16],
    ['has sizes that are no sum of the image', [add, aStep({}), run], 3, undefined],
  ] as const)('that %s says nothing of the layers', (_what, steps, layerCount, bytes) => {
    const { makers } = report(steps, layerCount, bytes)
    expect(makers).toEqual(makers.map(() => unknown))
  })

  it('does without sizes', () => {
    const step = { createdBy: 'COPY', comment: '', createdAt: '' }
    expect(report([step], 1).makers).toEqual([unknown])
  })
})
