import { defineStore } from 'pinia'
import { shallowReactive, watch } from 'vue'
import type { OperationOutput } from '../../../../electron/contract/contract'
import { call } from '../../bridge/call'
import { useNavigation } from '../place/navigation'
import { createResource, type Resource } from '../../resources/resource'
import { useSettings } from '../settings/settings'
import { useSnapshots } from './snapshots'

export type Review = OperationOutput<'snapshots.review'>

/** What stands in the commit box of a container; each field is absent until somebody typed in it. */
export interface Draft {
  readonly message?: string
  readonly reference?: string
  readonly author?: string
  readonly pause?: boolean
}

/** The commit boxes: what was typed, over what is suggested. */
export const useDrafts = defineStore('drafts', () => {
  const navigation = useNavigation()
  const settings = useSettings()
  const drafts = shallowReactive(new Map<string, Draft>())
  const reviews = shallowReactive(new Map<string, Resource<Review>>())

  function review(hostId: string, containerId: string): void {
    let known = reviews.get(containerId)
    if (known === undefined) {
      known = createResource((signal) => call('snapshots.review', { hostId, containerId }, signal))
      reviews.set(containerId, known)
    }
    void known.refresh()
  }

  function filled(containerId: string): Required<Draft> {
    const draft = drafts.get(containerId)
    const suggested = reviews.get(containerId)?.value
    return {
      message: draft?.message ?? '',
      reference: draft?.reference ?? suggested?.suggestedReference ?? '',
      author: draft?.author ?? (settings.chosen.author || (suggested?.author ?? '')),
      pause: draft?.pause ?? settings.chosen.pause,
    }
  }

  function change(containerId: string, part: Draft): void {
    drafts.set(containerId, { ...drafts.get(containerId), ...part })
  }

  watch(
    [() => navigation.container?.hostId, () => navigation.container?.containerId],
    ([hostId, containerId]) => {
      if (hostId !== undefined && containerId !== undefined) review(hostId, containerId)
    },
    { immediate: true },
  )

  useSnapshots().onMade((containerId) => {
    drafts.delete(containerId)
    void reviews.get(containerId)?.refresh()
  })

  return { reviews, filled, change, review }
})
