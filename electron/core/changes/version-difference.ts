import type { BytePath } from '../base/byte-path'
import { aspectBit, type AspectBits, type Change, type ChangeAspect, type FileType } from './change'
import { sameAttributes, type Attributes } from './path-facts'

/** What is known of one version of a path; a fact that was not looked at, or that its type does not have, is absent. */
export interface VersionFacts {
  readonly type: FileType
  readonly mode?: number | undefined
  readonly uid?: number | undefined
  readonly gid?: number | undefined
  /** Bytes of a file, or of a link's target. */
  readonly size?: number | undefined
  /** Milliseconds since 1970. */
  readonly modifiedAt?: number | undefined
  /** Bytes, one character each. */
  readonly linkTarget?: string | undefined
  /** Numbers of a device, `MAJOR:MINOR`. */
  readonly device?: string | undefined
  readonly attributes?: Attributes | undefined
}

/** What was found out about two versions by comparing them where they lie; absent where nothing was. */
export interface Compared {
  readonly sameContent?: boolean | undefined
  readonly sameAttributes?: boolean | undefined
}

/** Which differences count where two versions are compared. */
export interface Rule<Version extends VersionFacts = VersionFacts> {
  readonly isSameTime: (now: Version, then: Version) => boolean | undefined
  /** The time of a directory, which moves with every name that comes or goes in it. */
  readonly directoryTimes: boolean
  /** The mode of a link, which the kernel never looks at (symlink(7)). */
  readonly linkModes: boolean
  /** What is compared of versions of two types. */
  readonly acrossTypes: readonly ChangeAspect[]
}

/** What differs, and what may differ since nothing was looked at that tells. */
export interface Differences {
  readonly aspects: AspectBits
  readonly unseen: AspectBits
}

/** One fact that tells versions apart: who has it, and whether two have the same; nothing where that is not known. */
interface Fact {
  readonly aspect: ChangeAspect
  readonly isOf: (type: FileType, rule: Rule) => boolean
  readonly same: <Version extends VersionFacts>(
    now: Version,
    then: Version,
    rule: Rule<Version>,
    compared: Compared,
  ) => boolean | undefined
}

const isDevice = (type: FileType) => type === 'character-device' || type === 'block-device'

/** The table of all facts. Every comparison of two versions goes through it, so that none can leave one out without saying so. */
const facts: readonly (Fact & { readonly bit: AspectBits })[] = (
  [
    {
      aspect: 'content',
      isOf: (type) => type === 'file',
      same: (now, then, _, { sameContent }) => {
        if (sameContent !== undefined) return sameContent
        if (now.size !== then.size)
          return now.size === undefined || then.size === undefined ? undefined : false
        return now.size === 0 ? true : undefined
      },
    },
    { aspect: 'content', isOf: isDevice, same: (now, then) => equal(now.device, then.device) },
    {
      aspect: 'link-target',
      isOf: (type) => type === 'symlink',
      same: (now, then) => equal(now.linkTarget, then.linkTarget),
    },
    {
      aspect: 'mode',
      isOf: (type, { linkModes }) => linkModes || type !== 'symlink',
      same: (now, then) => equal(now.mode, then.mode),
    },
    {
      aspect: 'owner',
      isOf: () => true,
      same: (now, then) => both(equal(now.uid, then.uid), equal(now.gid, then.gid)),
    },
    {
      aspect: 'time',
      isOf: (type, { directoryTimes }) => directoryTimes || type !== 'directory',
      same: (now, then, { isSameTime }) => isSameTime(now, then),
    },
    {
      aspect: 'attributes',
      isOf: () => true,
      same: (now, then, _, compared) =>
        compared.sameAttributes ??
        (now.attributes && then.attributes && sameAttributes(now.attributes, then.attributes)),
    },
  ] satisfies Fact[]
).map((fact) => ({ ...fact, bit: aspectBit(fact.aspect) }))

const typeBit = aspectBit('type')
const nothingCompared: Compared = {}

/** Holds two versions of a path against each other, fact by fact. */
export function differences<Version extends VersionFacts>(
  now: Version,
  then: Version,
  rule: Rule<Version>,
  compared: Compared = nothingCompared,
): Differences {
  const isOneType = now.type === then.type
  let aspects = isOneType ? 0 : typeBit
  let unseen = 0
  for (const { aspect, bit, isOf, same } of facts) {
    const counts = isOf(now.type, rule as Rule) && isOf(then.type, rule as Rule)
    if (!counts || !(isOneType || rule.acrossTypes.includes(aspect))) continue
    const isSame = same(now, then, rule, compared)
    if (isSame === undefined) unseen |= bit
    else if (!isSame) aspects |= bit
  }
  return { aspects, unseen: unseen & ~aspects }
}

/**
 * A container beside any image, or two images. It decides whether there is a row at all, so that nothing counts which an engine's tar
 * rounded or which moves by itself.
 */
export const besideImage: Rule = {
  isSameTime: byWholeSeconds,
  directoryTimes: false,
  linkModes: false,
  acrossTypes: ['owner'],
}

/** Two versions that a person sees beside one another: everything that is seen to be another thing counts. */
export const everyFact: Rule = {
  isSameTime: (now, then) => equal(now.modifiedAt, then.modifiedAt),
  directoryTimes: true,
  linkModes: true,
  acrossTypes: ['mode', 'owner', 'time', 'attributes'],
}

/** The same beside what a commit made, which has whole seconds. */
export const everyFactBesideImage: Rule = { ...everyFact, isSameTime: byWholeSeconds }

function byWholeSeconds(now: VersionFacts, then: VersionFacts): boolean | undefined {
  if (now.modifiedAt === undefined || then.modifiedAt === undefined) return undefined
  return isSameBesideImage(now.modifiedAt, then.modifiedAt)
}

/**
 * Layers come out of tars, and an engine's have whole seconds; so a whole second is equal to every moment in it. One
 * millisecond is what two tools may round apart.
 */
export function isSameBesideImage(a: number, b: number): boolean {
  if (Math.abs(a - b) <= 1) return true
  return (a % 1000 === 0 || b % 1000 === 0) && Math.floor(a / 1000) === Math.floor(b / 1000)
}

/** A row for a version, with the facts that its type has. */
export function changeOfVersion(path: BytePath, kind: Change['kind'], version: VersionFacts): Change {
  const { type, size, linkTarget, mode, uid, gid, modifiedAt } = version
  const sized = type === 'file' || type === 'symlink'
  return {
    path,
    kind,
    type,
    ...(sized && size !== undefined ? { size } : {}),
    ...(mode === undefined ? {} : { mode }),
    ...(uid === undefined ? {} : { uid }),
    ...(gid === undefined ? {} : { gid }),
    ...(modifiedAt === undefined ? {} : { modifiedAt }),
    ...(type === 'symlink' && linkTarget !== undefined ? { linkTarget } : {}),
  }
}

function equal<Value>(one: Value | undefined, other: Value | undefined): boolean | undefined {
  return one === undefined || other === undefined ? undefined : one === other
}

/** Both, where one that is not known counts only if the other one is not false already. */
function both(one: boolean | undefined, other: boolean | undefined): boolean | undefined {
  if (one === false || other === false) return false
  return one === undefined || other === undefined ? undefined : true
}
