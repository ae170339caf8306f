import { defineStore } from 'pinia'
import { ref } from 'vue'

/** Which dialog about hosts is open; panels, lists and the palette all lead to them. */
export const useHostDialogs = defineStore('host-dialogs', () => {
  const isAdding = ref(false)
  /** Host whose connection log is shown. */
  const logOf = ref<string>()
  /** Host that is about to be removed, once that is confirmed. */
  const removing = ref<string>()
  return { isAdding, logOf, removing }
})
