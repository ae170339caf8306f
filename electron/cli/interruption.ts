/** By which a person, a shell or a system asks a program to end. */
const askingToEnd = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Does some work that the first such signal aborts. A second one ends the process at once, as if nobody listened. */
export async function interruptible<Value>(work: (signal: AbortSignal) => Promise<Value>): Promise<Value> {
  const interrupted = new AbortController()
  const stop = () => {
    for (const name of askingToEnd) process.off(name, interrupt)
  }
  const interrupt = () => {
    stop()
    interrupted.abort()
  }
  for (const name of askingToEnd) process.on(name, interrupt)
  try {
    return await work(interrupted.signal)
  } finally {
    stop()
  }
}
