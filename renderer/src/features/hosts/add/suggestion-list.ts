import type { HostSuggestion } from '../../../stores/hosts/host-suggestions'

/** Suggestions whose name or address has every word of the search; those that are not in the list of hosts first. */
export function shownSuggestions(suggestions: readonly HostSuggestion[], search: string): HostSuggestion[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean)
  const found = suggestions.filter(({ name, hostId }) => {
    const text = `${name} ${hostId}`.toLowerCase()
    return words.every((word) => text.includes(word))
  })
  return [...found.filter(({ known }) => !known), ...found.filter(({ known }) => known)]
}
