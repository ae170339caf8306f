import type { Engine } from '../../../electron/engine/engine'
import type { Transport } from '../../../electron/transport/transport'

/** An engine that can do what a test says; the rest throws. */
export function fakeEngine(some: Partial<Engine> = {}): Engine {
  const no = () => Promise.reject(new Error('this engine was not told how'))
  return {
    commitProvesPause: false,
    commitHidesContainer: false,
    keepsAttribute: () => true,
    tellsTouchedDirectories: false,
    describe: no,
    containers: no,
    container: no,
    resume: no,
    changes: no,
    pathStat: no,
    archivedPath: no,
    archive: no,
    unpack: no,
    execute: no,
    createReader: no,
    readers: no,
    removeReader: no,
    images: no,
    image: no,
    hasAllContent: no,
    history: no,
    commit: no,
    tag: no,
    events: no,
    pastEvents: no,
    time: () => Promise.resolve(undefined),
    answers: no,
    close: () => undefined,
    ...some,
  }
}

/** A transport whose commands say what a test wants; it opens no streams. */
export function fakeTransport(
  says: (script: string) => string | Error = () => '',
  some: Partial<Transport> = {},
): Transport {
  return {
    open: () => Promise.resolve(),
    openStream: () => Promise.reject(new Error('no streams here')),
    async *run({ script }) {
      const said = await Promise.resolve(says(script))
      if (said instanceof Error) throw said
      yield Buffer.from(said)
    },
    close: () => Promise.resolve(),
    ...some,
  }
}
