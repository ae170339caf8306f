import type { OperationInput, OperationOutput } from '../../contract/contract'
import type { ImageStack } from '../../core/images/image'
import { bytesOf, compareStacks as compareLayers, type StackLayer } from '../../core/images/stack-comparison'
import { ofBase } from '../../session/images/base-image'
import { imageStack } from '../../session/images/image-stack'
import { sessionOf, type Context } from '../context/context'
import type { Handler } from '../context/handler'

type Source = OperationInput<'stacks.compare'>['left']
type ComparedStack = OperationOutput<'stacks.compare'>['left']

export const compareStacks: Handler<'stacks.compare'> = async (context, { left, right }, signal) => {
  const [a, b] = await Promise.all([
    resolveStack(context, left, signal),
    resolveStack(context, right, signal),
  ])
  const comparison = compareLayers(a.layers, b.layers)
  return { ...comparison, rows: [...comparison.rows], left: a.summary, right: b.summary }
}

async function resolveStack(
  context: Context,
  source: Source,
  signal: AbortSignal,
): Promise<{ layers: StackLayer[]; summary: ComparedStack }> {
  const session = await sessionOf(context, source.hostId, signal)
  if ('image' in source) {
    const stack = await imageStack(session, source.image, signal)
    const name = stack.references.includes(source.image)
      ? source.image
      : (stack.references[0] ?? source.image)
    return { layers: [...stack.layers], summary: summaryOf(source.hostId, name, stack, stack.layers) }
  }
  const container = await (await session.engine(signal)).container(source.containerId, signal)
  const stack = await ofBase(container, () => imageStack(session, container.imageId, signal))
  const layers = [...stack.layers, upperLayer(container.createdAt)]
  const summary = summaryOf(source.hostId, container.name, stack, layers)
  return {
    layers,
    summary: {
      ...summary,
      containerId: container.id,
      author: '',
      comment: '',
      createdAt: container.createdAt,
    },
  }
}

function summaryOf(
  hostId: string,
  name: string,
  stack: ImageStack,
  layers: readonly StackLayer[],
): ComparedStack {
  const { author, comment, createdAt } = stack
  const bytes = bytesOf(layers)
  const facts = { hostId, name, imageId: stack.id, layers: layers.length, author, comment, createdAt }
  return { ...facts, ...(bytes === undefined ? {} : { bytes }) }
}

/** A container's writable layer has no digest until it is kept, and its size is not asked for: that walks all of it. */
function upperLayer(createdAt: string): StackLayer {
  return { diffId: '', createdBy: '', comment: '', author: '', createdAt, upper: true }
}
