import { computed, type ComputedRef } from 'vue'
import { useI18n } from 'vue-i18n'
import { displayName } from '../../../../electron/core/base/display-name'
import { useChanges } from '../../stores/changes/changes'
import { imageName } from './image-list'

/** What the container is compared with, within a sentence: `the image`, or the name of another one. */
export function useBaseName(): ComputedRef<string> {
  const { t } = useI18n()
  const changes = useChanges()
  return computed(() => {
    const against = changes.listing?.against
    return against === undefined ? t('listing.base') : displayName(imageName(against))
  })
}
