import type { BytePath } from '../core/byte-path'
import type { ChangeAspect, Lens } from '../core/change'
import { failed, isFailure } from '../core/failure'
import { differingAspects, type PathFacts } from '../core/path-facts'
import type { ContainerDetails } from '../engine/engine'
import type { HostSession } from './host-session'
import { hostFacts } from './host-facts'
import { openContent, type ContentSide, type PathContent } from './path-content'

/** Both versions of a path, and what differs. */
export interface PathDifference {
  readonly upper?: PathFacts
  readonly lower?: PathFacts
  readonly aspects: readonly ChangeAspect[]
  /** What could not be found out, in a sentence each. */
  readonly unknown: readonly string[]
  readonly through: Lens
}

/** Files of one size are compared up to here: over a slow line more would take minutes. */
export const mostCompared = 256 * 1024 * 1024

/**
 * Describes both versions of a path through the lens that is asked for, or on the host where its files can be read and else through the engine.
 * @throws FailureError `not-found` where neither version has the path, and what `openContent` throws
 */
export async function pathDifference(
  session: HostSession,
  container: ContainerDetails,
  path: BytePath,
  lens: Lens | undefined,
  signal: AbortSignal,
): Promise<PathDifference> {
  const through = lens ?? ((await session.filesOf(container)).works ? 'host' : 'engine')
  try {
    return await new Description(session, container, path, through, signal).difference()
  } catch (error) {
    if (lens !== undefined || through === 'engine' || !isFailure(error, 'command-failed')) throw error
    return await new Description(session, container, path, 'engine', signal).difference()
  }
}

type Versions = readonly [upper: PathFacts | undefined, lower: PathFacts | undefined]

/** One path looked at through one lens. */
class Description {
  readonly #session: HostSession
  readonly #container: ContainerDetails
  readonly #path: BytePath
  readonly #lens: Lens
  readonly #signal: AbortSignal
  readonly #unknown: string[] = []

  constructor(
    session: HostSession,
    container: ContainerDetails,
    path: BytePath,
    lens: Lens,
    signal: AbortSignal,
  ) {
    this.#session = session
    this.#container = container
    this.#path = path
    this.#lens = lens
    this.#signal = signal
  }

  async difference(): Promise<PathDifference> {
    const [upper, lower] = this.#lens === 'host' ? await this.#onHost() : await this.#throughEngine()
    if (upper === undefined && lower === undefined)
      throw failed('not-found', 'Neither the container nor its image has this path.')
    const aspects =
      upper === undefined || lower === undefined
        ? []
        : differingAspects(upper, lower, await this.#sameContent(upper, lower))
    return {
      ...(upper === undefined ? {} : { upper }),
      ...(lower === undefined ? {} : { lower }),
      aspects,
      unknown: this.#unknown,
      through: this.#lens,
    }
  }

  /** At once, since each look is a command of its own and a line may be slow. */
  async #onHost(): Promise<Versions> {
    const [upper, lower, more] = await Promise.all([
      this.#version('upper'),
      this.#version('lower'),
      hostFacts(this.#session, this.#container, this.#path, this.#signal),
    ])
    this.#unknown.push(...more.unknown)
    return [
      upper === undefined ? undefined : { ...upper, ...more.upper },
      lower === undefined ? undefined : { ...lower, ...more.lower },
    ]
  }

  async #throughEngine(): Promise<Versions> {
    this.#unknown.push(
      'The engine tells no extended attributes but file capabilities, and not which layer has a path.',
    )
    return [await this.#version('upper'), await this.#version('lower')]
  }

  async #version(side: ContentSide): Promise<PathFacts | undefined> {
    // Of a file no content is wanted yet; a link gives its target whatever is asked for.
    const found = await this.#open(side, 0)
    if (found === undefined) return undefined
    try {
      const { type, size, mode, uid, gid, modifiedAt, attributes } = found
      const sized = type === 'file' || type === 'symlink' ? { size } : {}
      const owner = { ...(uid === undefined ? {} : { uid }), ...(gid === undefined ? {} : { gid }) }
      const target = type === 'symlink' ? { linkTarget: await textOf(found.content) } : {}
      const own = attributes === undefined ? {} : { attributes }
      return { type, mode, modifiedAt, ...sized, ...owner, ...target, ...own }
    } finally {
      await found.close()
    }
  }

  /** Nothing where it was not found out, which `unknown` then says. */
  async #sameContent(upper: PathFacts, lower: PathFacts): Promise<boolean | undefined> {
    if (upper.type !== 'file' || lower.type !== 'file') return undefined
    if (upper.size !== lower.size) return false
    const size = upper.size ?? 0
    if (size === 0) return true
    if (size > mostCompared) {
      this.#unknown.push('Both versions have one size; content of more than 256 MB is not compared.')
      return undefined
    }
    const one = await this.#open('upper', size + 1)
    try {
      const other = await this.#open('lower', size + 1)
      try {
        if (one === undefined || other === undefined) throw failed('command-failed', 'The file was removed.')
        return await equalBytes(one.content, other.content)
      } finally {
        await other?.close()
      }
    } catch (error) {
      if (!isFailure(error, 'command-failed')) throw error
      this.#unknown.push('The content was replaced while it was compared.')
      return undefined
    } finally {
      await one?.close()
    }
  }

  async #open(side: ContentSide, length: number): Promise<PathContent | undefined> {
    const place = { container: this.#container, path: this.#path, side }
    const { found } = await openContent(this.#session, place, { offset: 0, length }, this.#lens, this.#signal)
    return found
  }
}

async function textOf(content: AsyncIterable<Buffer>): Promise<string> {
  const parts: Buffer[] = []
  for await (const part of content) parts.push(part)
  return Buffer.concat(parts).toString('latin1')
}

/** Compares two streams as they come, and reads no further than to their first difference. */
export async function equalBytes(one: AsyncIterable<Buffer>, other: AsyncIterable<Buffer>): Promise<boolean> {
  const [left, right] = [one[Symbol.asyncIterator](), other[Symbol.asyncIterator]()]
  let [a, b]: [Buffer, Buffer] = [Buffer.alloc(0), Buffer.alloc(0)]
  for (;;) {
    const [nextA, nextB] = await Promise.all([
      a.length > 0 ? a : someOf(left),
      b.length > 0 ? b : someOf(right),
    ])
    if (nextA === undefined || nextB === undefined) return nextA === nextB
    const length = Math.min(nextA.length, nextB.length)
    if (!nextA.subarray(0, length).equals(nextB.subarray(0, length))) return false
    ;[a, b] = [nextA.subarray(length), nextB.subarray(length)]
  }
}

async function someOf(parts: AsyncIterator<Buffer>): Promise<Buffer | undefined> {
  for (;;) {
    const next = await parts.next()
    if (next.done === true) return undefined
    if (next.value.length > 0) return next.value
  }
}
