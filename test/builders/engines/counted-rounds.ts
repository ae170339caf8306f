import type { Engine } from '../../../electron/engine/engine'
import type { HostCommand, Transport } from '../../../electron/transport/transport'

/** What an engine is asked of itself and not of what listens. */
const saidAtOnce: readonly (keyof Engine)[] = ['close', 'retire', 'standing']

/**
 * Counts how many times something had to be waited for one after the other, whatever each time took: what is asked for
 * side by side is answered together, once all of it is there and nothing more is asked for.
 */
export class CountedRounds {
  count = 0
  /** All that was asked for. */
  asked = 0
  #underWay = 0
  #waiting: (() => void)[] = []

  /** Holds an answer back until its round is over. */
  async hold<Value>(work: () => Promise<Value>): Promise<Value> {
    this.asked += 1
    this.#underWay += 1
    try {
      return await work()
    } finally {
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve)
        this.#underWay -= 1
        this.#endWhenIdle()
      })
    }
  }

  #endWhenIdle(): void {
    // Whoever got an answer asks on before the next turn of the event loop.
    setImmediate(() => {
      if (this.#underWay > 0 || this.#waiting.length === 0) return
      this.count += 1
      for (const resolve of this.#waiting.splice(0)) resolve()
    })
  }

  /** A transport whose commands are held. */
  transport(transport: Transport): Transport {
    const run = (command: HostCommand, signal: AbortSignal) =>
      this.hold(async () => {
        const parts: Buffer[] = []
        for await (const part of transport.run(command, signal)) parts.push(part)
        return parts
      })
    return {
      open: (ask, signal) => transport.open(ask, signal),
      openStream: (socketPath, signal) => transport.openStream(socketPath, signal),
      close: () => transport.close(),
      async *run(command, signal) {
        yield* await run(command, signal)
      },
    }
  }

  /** An engine whose answers are held. */
  engine(engine: Engine): Engine {
    const held = (_: Engine, name: keyof Engine): unknown => {
      const member: unknown = engine[name]
      if (typeof member !== 'function' || saidAtOnce.includes(name)) return member
      return (...inputs: unknown[]) =>
        this.hold(() => Promise.resolve(Reflect.apply(member, engine, inputs) as unknown))
    }
    return new Proxy(engine, { get: (target, name) => held(target, name as keyof Engine) })
  }
}
