import { defineStore } from 'pinia'
import { reactive } from 'vue'

/** How a list of a host is looked at; kept while another one is on the screen. */
export interface ListView {
  search: string
  filter: 'all' | 'running' | 'stopped'
  /** Pixels above what is seen. */
  top: number
}

export const useListViews = defineStore('list-views', () => {
  const views = new Map<string, ListView>()

  /** The view of a list, which begins with a filter. */
  function of(list: string, hostId: string, filter: ListView['filter'] = 'all'): ListView {
    const key = `${list} ${hostId}`
    const known = views.get(key) ?? reactive<ListView>({ search: '', filter, top: 0 })
    views.set(key, known)
    return known
  }

  return { of }
})
