import { expect, it } from 'vitest'
import { Redirects } from '../../../src/features/updates/delivery/redirects'

const HOUR_MS = 3_600_000

it('a terminal is sent to the store as long as it gets on there', () => {
  const redirects = new Redirects()
  for (const start of [0, 1_000, 2_000]) expect(redirects.maySend('T', 'a', start, start)).toBe(true)
})

it('a terminal that comes back for the same byte is served here, for that file, for an hour after it last asked', () => {
  const redirects = new Redirects()
  redirects.maySend('T', 'a', 5, 0)
  expect(redirects.maySend('T', 'a', 5, 1)).toBe(false)
  expect(redirects.maySend('T', 'a', 900, 2)).toBe(false)
  expect(redirects.maySend('T', 'b', 5, 2)).toBe(true)
  expect(redirects.maySend('U', 'a', 5, 2)).toBe(true)
  expect(redirects.maySend('T', 'a', 900, 2 + HOUR_MS)).toBe(true)
})

it('what is remembered has a limit: the longest ago is forgotten first', () => {
  const redirects = new Redirects()
  redirects.maySend('first', 'a', 0, 0)
  redirects.maySend('second', 'a', 0, 0)
  for (let at = 0; at < 19_999; at++) redirects.maySend(`T${at}`, 'a', 0, 1)
  expect(redirects.maySend('second', 'a', 0, 2)).toBe(false)
  expect(redirects.maySend('first', 'a', 0, 2)).toBe(true)
})
