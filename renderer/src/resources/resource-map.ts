import { shallowReactive } from 'vue'
import type { Result } from '../../../electron/core/base/failure'
import { createResource, type Resource } from './resource'

/** One resource for each key, such as the containers of each host. */
export interface ResourceMap<Value> {
  /** Nothing until the key was first asked for. */
  peek(key: string): Resource<Value> | undefined
  /** Asks for a key, again if it was asked before. */
  refresh(key: string): Promise<void>
  /** Forgets a key and ends what is under way for it. */
  drop(key: string): void
}

export function createResourceMap<Value>(
  load: (key: string, signal: AbortSignal) => Promise<Result<Value>>,
): ResourceMap<Value> {
  const resources = shallowReactive(new Map<string, Resource<Value>>())
  return {
    peek: (key) => resources.get(key),
    refresh(key) {
      const known = resources.get(key)
      if (known !== undefined) return known.refresh()
      const made = createResource((signal) => load(key, signal))
      resources.set(key, made)
      return made.refresh()
    },
    drop(key) {
      resources.get(key)?.close()
      resources.delete(key)
    },
  }
}
