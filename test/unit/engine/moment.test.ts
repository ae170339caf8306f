import { expect, test } from 'vitest'
import { momentText } from '../../../electron/engine/moment'

test.each([
  ['a time with its zone', '2026-11-25T08:07:37.704318935+01:00', '2026-11-25T08:07:37.704318935+01:00'],
  ['seconds', 1_795_590_030, '2026-11-25T07:00:30.000Z'],
  ['a time before 1970', '1969-12-31T23:59:59Z', '1969-12-31T23:59:59Z'],
  ['seconds before 1970', -1, '1969-12-31T23:59:59.000Z'],
  ['the zero time of Go', '0001-01-01T00:00:00Z', ''],
  ['the zero time of Go in seconds', -62_135_596_800, ''],
  ['what builders write to say nothing', '1970-01-01T00:00:00Z', ''],
  ['a missing time in a list', 0, ''],
  ['nothing', undefined, ''],
  ['null', null, ''],
  ['no text', '', ''],
  ['no time', 'yesterday', ''],
  ['seconds beyond all calendars', 1e20, ''],
] as const)('%s is a moment, or none', (_, told, moment) => {
  expect(momentText(told)).toBe(moment)
})
