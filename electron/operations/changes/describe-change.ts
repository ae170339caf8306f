import type { OperationOutput } from '../../contract/contract'
import { capabilityWords, fileCapabilities } from '../../core/files/file-capabilities'
import type { Attributes, PathFacts } from '../../core/changes/path-facts'
import { comparedImage } from '../../session/images/compared-image'
import { pathDifference } from '../../session/content/path-difference'
import { isoTime, shownText } from '../values/change-values'
import { sessionOf } from '../context/context'
import type { Handler } from '../context/handler'
import { pathFrom } from '../values/path-input'

type FactsValue = NonNullable<OperationOutput<'changes.describe'>['upper']>

export const describeChange: Handler<'changes.describe'> = async (context, input, signal) => {
  const path = pathFrom(input)
  const session = await sessionOf(context, input.hostId, signal)
  const container = await (await session.engine(signal)).container(input.containerId, signal)
  const against = await comparedImage(session, container, input.against, signal)
  const compared = { container, path, ...(against && { against }) }
  const { upper, lower, aspects, unknown, through } = await pathDifference(
    session,
    compared,
    input.lens,
    signal,
  )
  return {
    ...(upper === undefined ? {} : { upper: factsValue(upper) }),
    ...(lower === undefined ? {} : { lower: factsValue(lower) }),
    aspects: [...aspects],
    unknown: [...unknown],
    through,
  }
}

function factsValue(facts: PathFacts): FactsValue {
  const { type, size, mode, uid, gid, modifiedAt, linkTarget, attributes, layer } = facts
  const value: FactsValue = { type, mode, modifiedAt: isoTime(modifiedAt) }
  if (size !== undefined) value.size = size
  if (uid !== undefined) value.uid = uid
  if (gid !== undefined) value.gid = gid
  if (linkTarget !== undefined) value.linkTarget = Buffer.from(linkTarget, 'latin1').toString('utf8')
  if (attributes !== undefined) value.attributes = attributeValues(attributes)
  if (layer !== undefined) value.layer = layer
  return value
}

function attributeValues(attributes: Attributes): NonNullable<FactsValue['attributes']> {
  return [...attributes]
    .map(([name, bytes]) => {
      const meaning = name === fileCapabilities ? capabilityWords(bytes) : undefined
      const value = Buffer.from(bytes, 'latin1').toString('base64')
      return { name: shownText(name), value, ...(meaning === undefined ? {} : { meaning }) }
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}
