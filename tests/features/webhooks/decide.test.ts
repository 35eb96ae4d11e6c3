import { describe, expect, it } from 'vitest'
import { GIVE_UP_AFTER_MS } from '../../../src/core/back-off'
import { judge, retryAfterOf, type Standing } from '../../../src/features/webhooks/decide'
import { composeMessage } from '../../../src/features/webhooks/message'
import { signedHeaders } from '../../../src/features/webhooks/signature'
import type { EventPlace } from '../../../src/features/webhooks/sources'

const NOW = new Date('2026-11-26T10:00:00Z')
const ago = (ms: number) => new Date(NOW.getTime() - ms)
const answer = (status: number | undefined, retryAfterSeconds?: number) => ({ status, retryAfterSeconds })
const standing = (more: Partial<Standing> = {}): Standing => ({
  attempts: 1,
  firstAttemptAt: NOW,
  failingSince: null,
  now: NOW,
  random: 0,
  ...more,
})
/** Seconds until the next attempt. */
function waitOf(status: number | undefined, more: Partial<Standing> = {}, retryAfterSeconds?: number) {
  const verdict = judge(answer(status, retryAfterSeconds), standing(more))
  return verdict.outcome === 'again' ? (verdict.at.getTime() - NOW.getTime()) / 1000 : verdict.outcome
}

describe('an answer', () => {
  it.each([200, 201, 204, 299])('%i is delivered', (status) => {
    expect(judge(answer(status), standing())).toEqual({ outcome: 'delivered' })
  })

  it.each([undefined, 100, 301, 302, 307, 400, 401, 404, 429, 500, 503])('%s is tried again', (status) => {
    expect(judge(answer(status), standing()).outcome).toBe('again')
  })

  it('410 disables, whatever else is so', () => {
    expect(judge(answer(410), standing())).toEqual({ outcome: 'disabled', by: 'gone' })
  })
})

describe('the next attempt', () => {
  it('comes after 5 s, 1 min, 5 min, 30 min, 2 h, 5 h, 10 h, and then every 12 hours', () => {
    const waits = Array.from({ length: 10 }, (_none, index) => waitOf(500, { attempts: index + 1 }))
    expect(waits).toEqual([5, 60, 300, 1800, 7200, 18_000, 36_000, 43_200, 43_200, 43_200])
  })

  it('is put off by up to a tenth, never brought forward', () => {
    expect(waitOf(500, { attempts: 4, random: 1 })).toBe(1980)
  })

  it.each([429, 502, 503, 504])('waits as long as Retry-After of a %i asks', (status) => {
    expect(waitOf(status, {}, 90)).toBe(90)
    expect(waitOf(status, { attempts: 3 }, 90)).toBe(300)
    expect(waitOf(status, {}, 9_999_999)).toBe(43_200)
  })

  it('takes no such wish from another status', () => {
    expect(waitOf(500, {}, 90)).toBe(5)
  })

  it('is at the end of three days at the latest; then the message is given up', () => {
    const firstAttemptAt = ago(GIVE_UP_AFTER_MS - 60_000)
    expect(waitOf(500, { attempts: 12, firstAttemptAt })).toBe(60)
    expect(waitOf(500, { attempts: 13, firstAttemptAt: ago(GIVE_UP_AFTER_MS) })).toBe('failed')
  })

  it('is none where the message before used up its three days too: the endpoint is disabled', () => {
    const failingSince = ago(GIVE_UP_AFTER_MS)
    expect(judge(answer(500), standing({ failingSince }))).toEqual({ outcome: 'disabled', by: 'failing' })
    expect(judge(answer(200), standing({ failingSince }))).toEqual({ outcome: 'delivered' })
    // The message that used them up is the one to be given up, so that the next has its chance.
    expect(waitOf(500, { failingSince, firstAttemptAt: failingSince })).toBe('failed')
  })
})

describe('Retry-After', () => {
  it.each([
    ['120', 120],
    [' 7 ', 7],
    ['Thu, 26 Nov 2026 10:01:30 GMT', 90],
    ['Thu, 26 Nov 2026 09:00:00 GMT', 0],
    ['soon', undefined],
    [undefined, undefined],
  ])('%s', (header, seconds) => {
    expect(retryAfterOf(header, NOW)).toBe(seconds)
  })
})

describe('a signature', () => {
  it('is the one of the specification', () => {
    const headers = signedHeaders(
      { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', at: new Date(1614265330_000), body: '{"test": 2432232314}' },
      ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
    )
    expect(headers).toEqual({
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    })
  })
})

describe('a message', () => {
  const source = {
    type: 'eslip.created',
    collection: 'eslips',
    cursorAfter: ({ seq, archive, row }: EventPlace) => `c${seq} ${archive} ${row}`,
  } as const
  const items = (count: number, slipUid: string) =>
    Array.from({ length: count }, (_none, index) => ({ id: `id-${index}`, slipUid, seq: index + 1 }))

  it('names its events and where to read on', () => {
    const body = composeMessage(source, items(2, 'u'), { seq: 7, archive: 3, row: 5 }, NOW)
    expect(JSON.parse(body)).toEqual({
      type: 'eslip.created',
      timestamp: NOW.toISOString(),
      data: { eslips: items(2, 'u'), nextCursor: 'c7 3 5' },
    })
  })
})
