import { defineStore } from 'pinia'
import type { OperationOutput } from '../../../../electron/contract/contract'
import { call } from '../../bridge/call'
import { subscribe } from '../../bridge/events'
import { useHosts } from '../hosts/hosts'
import { createResourceMap } from '../../resources/resource-map'

export type ImageSummary = OperationOutput<'images.list'>[number]
export type ImageStack = OperationOutput<'images.stack'>
export type ImageLayer = ImageStack['layers'][number]

/** The images of each host, kept current by the engine's events. */
export const useImages = defineStore('images', () => {
  const lists = createResourceMap((hostId, signal) => call('images.list', { hostId }, signal))

  function start(): void {
    subscribe('images.changed', ({ hostId }) => void lists.refresh(hostId))
    useHosts().onConnected((hostId) => void lists.refresh(hostId))
    useHosts().onRemoved(lists.drop)
  }

  function find(hostId: string, id: string): ImageSummary | undefined {
    return lists.peek(hostId)?.value?.find((image) => image.id === id)
  }

  /** The image that carries a name, if one does. */
  function named(hostId: string, reference: string): ImageSummary | undefined {
    return lists.peek(hostId)?.value?.find((image) => image.references.includes(reference))
  }

  /** Whether an image is in the host's list, by its id or a name. */
  function has(hostId: string, image: string): boolean {
    return find(hostId, image) !== undefined || named(hostId, image) !== undefined
  }

  return { lists, start, find, named, has }
})
