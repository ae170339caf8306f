import { expect, it } from 'vitest'
import { FailureError } from '../../../../electron/core/base/failure'
import type { Listing } from '../../../../electron/operations/listings/listing'
import { Listings, mostListings } from '../../../../electron/operations/listings/listings'

it('keeps a limited number of listings, those that were asked for last', () => {
  const listings = new Listings()
  const closed: string[] = []
  const listing = (id: string) =>
    ({ id, tree: { size: 10 }, close: () => closed.push(id) }) as unknown as Listing
  for (let number = 0; number < mostListings; number += 1) listings.add(listing(String(number)))
  expect(closed).toEqual([])
  listings.get('0')
  listings.add(listing('new'))
  listings.add(listing('newer'))
  expect(closed).toEqual(['1', '2'])
  expect(listings.get('0').id).toBe('0')
  expect(() => listings.get('1')).toThrow(FailureError)
  listings.closeAll()
  expect(closed).toHaveLength(mostListings + 2)
})

it('tells how many nodes the listing had that is closed, once', () => {
  const nodes: number[] = []
  const listings = new Listings((size) => nodes.push(size))
  listings.add({ id: 'one', tree: { size: 7 }, close: () => undefined } as unknown as Listing)
  listings.close('one')
  listings.close('one')
  listings.closeAll()
  expect(nodes).toEqual([7])
})
