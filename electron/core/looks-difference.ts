import { aspectBit, type AspectBits, type Change, type ChangeAspect } from './change'

type Facts = Omit<Change, 'path'>

/**
 * What differs between two looks at a path of one container, as far as their facts tell. One tool read both times, so that they are compared as
 * they are; a directory's says nothing, since every name that comes or goes in it moves it. The content of files of one size is unsure
 * where their times differ.
 */
export function differencesBetweenLooks(
  before: Facts,
  after: Facts,
): Pick<Change, 'aspects' | 'contentUnsure'> {
  const isOneType = before.type === after.type
  const areFiles = isOneType && after.type === 'file'
  const isLater = after.type !== 'directory' && before.modifiedAt !== after.modifiedAt
  const differences: Partial<Record<ChangeAspect, boolean>> = {
    type: !isOneType,
    content: areFiles && before.size !== after.size,
    mode: before.mode !== after.mode,
    owner: before.uid !== after.uid || before.gid !== after.gid,
    time: isLater,
    'link-target': isOneType && before.linkTarget !== after.linkTarget,
  }
  let aspects: AspectBits = 0
  for (const [aspect, differs] of Object.entries(differences))
    if (differs) aspects |= aspectBit(aspect as ChangeAspect)
  return {
    aspects,
    ...(areFiles && before.size === after.size && isLater ? { contentUnsure: true } : {}),
  }
}
