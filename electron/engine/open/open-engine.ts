import type { Transport } from '../../transport/transport'
import { agreedVersion } from '../http/api-version'
import { dockerApi } from '../docker/api'
import { dockerEngine } from '../docker/docker-engine'
import type { Engine } from '../engine'
import { EngineHttp, versionPath } from '../http/http'
import { identifyEngine } from './identify'
import { podmanEngine } from '../podman/podman-engine'
import { afterQuiet } from '../http/quiet-time'

/**
 * Connects to whichever engine listens at a socket and agrees on an API version with it.
 * @throws FailureError `engine-unreachable`, `permission-denied`, `timed-out`, `engine-answer-invalid` for what is no engine,
 * `engine-unsupported` for one whose versions are none of Lamina's
 */
export async function openEngine(
  transport: Transport,
  socketPath: string,
  signal: AbortSignal,
): Promise<Engine> {
  const http = new EngineHttp(transport, socketPath)
  try {
    const { api, libpod, version } = await identifyEngine(http, socketPath, signal)
    const agreed = agreedVersion(api)
    const engine =
      libpod === undefined
        ? dockerEngine(dockerApi(http, agreed), version)
        : podmanEngine(http, agreed, libpod, version)
    return {
      ...engine,
      socketPath,
      standing: () => http.standing,
      ping: (asked, requestSignal) => http.ping(asked, requestSignal),
      ...(libpod === undefined ? { askParts: partsOf(http) } : {}),
      waiting: () => http.waiting,
      afterQuiet: (milliseconds, tell) => http.afterQuiet(milliseconds, tell),
      ...(transport.roundTrip === undefined ? {} : { afterQuietLine: quietLine(transport) }),
      retire: () => {
        http.retire()
      },
    }
  } catch (error) {
    http.close()
    throw error
  }
}

function partsOf(http: EngineHttp): NonNullable<Engine['askParts']> {
  return (asked, signal) => http.ping(asked, signal, versionPath)
}

/** Whether the line itself brings answers, which is asked beside the engine. */
function quietLine(transport: Transport): NonNullable<Engine['afterQuietLine']> {
  return (milliseconds, tell) => {
    const received = transport.received?.bind(transport)
    const end = afterQuiet(milliseconds, received === undefined ? {} : { received }, tell)
    // Where it is gone, that is told otherwise.
    void transport.roundTrip?.().then(end)
    return end
  }
}
