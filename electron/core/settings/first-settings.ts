/** What is so until a person chooses otherwise; the contract's `settings` describes each. */
export const firstSettings = {
  author: '',
  theme: 'system',
  locale: 'system',
  pause: true,
  showAll: true,
  sorts: {
    containers: 'name',
    allContainers: 'name',
    images: 'created',
    changes: { sort: 'name', descending: false, runtime: false },
  },
  place: null,
} as const
