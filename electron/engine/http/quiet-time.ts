/** Bytes a second that are more than idle connections carry: an answer may wait behind them. */
const busyFrom = 1500
/** Milliseconds after which an answer is missed at the earliest that the line would have brought. */
const grace = 500
/** Milliseconds that an answer has at least after this process or the machine stood still: what came meanwhile is still to be read. */
const afterStandstill = 1_000
const longestTick = 500

/** What comes from a host, by which silence is told from an answer that waits for its turn. */
export interface Heard {
  /** Bytes that came from the engine, whatever it was asked. */
  readonly engine?: () => number
  /** Bytes that came from the host over its present connection, whatever for; absent where no line lies between. */
  readonly received?: () => number
  /** As `Transport.roundTrip`. */
  readonly roundTrip?: () => Promise<boolean>
}

/**
 * Tells once when an engine was silent for some milliseconds in which an answer was due. The time begins anew while much else comes from the
 * engine, and while much else comes from its host: an answer stands behind what came before it. Of the latter a round trip to the host acquits
 * nobody any more, since it brings all that was before it. Gives the function that ends the waiting.
 */
export function afterQuiet(
  milliseconds: number,
  { engine, received, roundTrip }: Heard,
  tell: () => void,
): () => void {
  const tick = Math.min(longestTick, milliseconds / 4)
  const busy = (busyFrom * tick) / 1000
  const begun = performance.now()
  let quietSince = begun
  let lookedAt = begun
  let [engineBefore, hostBefore] = [engine?.() ?? 0, received?.() ?? 0]
  let isAsking = false
  let isCarried = false
  const end = () => {
    clearInterval(timer)
  }
  const ask = () => {
    const asked = performance.now()
    isAsking = true
    void roundTrip?.().then((answered) => {
      isAsking = false
      isCarried = answered
      if (!answered) return
      const now = performance.now()
      // What the engine says to it may come as far behind as this did.
      const due = Math.max(grace, now - asked)
      quietSince = Math.max(begun, now + due - milliseconds)
    })
  }
  const look = () => {
    const now = performance.now()
    const [engineNow, hostNow] = [engine?.() ?? 0, received?.() ?? 0]
    const isEngineBusy = engineNow - engineBefore >= busy
    const isHostBusy = hostNow - hostBefore >= busy
    if (now - lookedAt > tick + afterStandstill)
      quietSince = Math.max(quietSince, now + afterStandstill - milliseconds)
    if (isEngineBusy || (isHostBusy && !isCarried)) quietSince = now
    if (isHostBusy && !isEngineBusy && !isCarried && !isAsking && roundTrip !== undefined) ask()
    lookedAt = now
    engineBefore = engineNow
    hostBefore = hostNow
    if (now - quietSince < milliseconds - 1) return
    end()
    tell()
  }
  const timer = setInterval(look, tick)
  return end
}
