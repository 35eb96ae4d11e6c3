import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createVault } from '../../../../src/core/vault'
import { statusDigest } from '../../../../src/features/monitoring/status/accept'
import {
  changesBetween,
  clockSkewMs,
  connectivity,
  mismatchesOf,
  nextCheckInSeconds,
} from '../../../../src/features/monitoring/status/decide'
import { Status } from '../../../../src/features/monitoring/status/schemas'

/** Any JSON in the place of a field. */
const inStatus = (value: unknown) => ({ ecr: value }) as Status

describe('what changed in a status', () => {
  it('names only the fields that differ, with both values', () => {
    expect(
      changesBetween({ os: 'Android 7', model: 'WPOS-3' }, { os: 'Android 8', model: 'WPOS-3' }),
    ).toEqual({
      os: { before: 'Android 7', after: 'Android 8' },
    })
  })

  it('takes a field that is gone, and the first status, as changes', () => {
    expect(changesBetween({ os: 'Android 7' }, {})).toEqual({ os: { before: 'Android 7', after: null } })
    expect(changesBetween(null, { printer: 'ok' })).toEqual({ printer: { before: null, after: 'ok' } })
  })

  it('sees nothing in another order of keys', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const turned = Object.fromEntries(Object.entries(value).reverse())
        expect(changesBetween(inStatus(value), inStatus(turned))).toEqual({})
      }),
    )
  })
})

describe('the digest of a status', () => {
  const sent = {
    os: 'Android 7',
    application: { name: 'psPos', version: '3' },
    tids: [{ tid: '1', mid: '2' }],
  }
  const turned = {
    tids: [{ mid: '2', tid: '1' }],
    application: { version: '3', name: 'psPos' },
    os: 'Android 7',
  }

  const vault = createVault(() => Promise.resolve('s'.repeat(32)))
  const digest = (status: object, terminalId = 'one') => statusDigest(vault, terminalId, Status.parse(status))

  it('is the same in whatever order the terminal names its fields', async () => {
    expect(await digest(turned)).toEqual(await digest(sent))
  })

  it('is another one for another content, and for the same content of another terminal', async () => {
    expect(await digest({ ...sent, os: 'Android 8' })).not.toEqual(await digest(sent))
    expect(await digest(sent, 'two')).not.toEqual(await digest(sent))
  })
})

describe('what the terminal contradicts', () => {
  const registered = { serial: 'SN1', model: 'WPOS-3', tids: [{ acquirer: '', tid: '00001234' }] }
  it.each([
    ['nothing it leaves open', {}, []],
    ['nothing that is the same', { serial: 'SN1', model: 'wpos-3', tid: '00001234' }, []],
    ['another serial number', { serial: 'SN2' }, ['serial']],
    ['another model', { model: 'F20' }, ['model']],
    ['a TID nobody registered', { tids: [{ tid: '00001234' }, { tid: '9' }] }, ['tid']],
  ])('%s', (_what, status, expected) => {
    expect(mismatchesOf(registered, status)).toEqual(expected)
  })
  it('says nothing where nothing was registered', () => {
    expect(mismatchesOf({ serial: 'SN1', model: '', tids: [] }, { model: 'F20', tid: '7' })).toEqual([])
  })
})

describe('the terminal’s clock', () => {
  const at = Date.parse('2026-11-24T07:00:00Z')
  it.each([
    ['2026-11-24T10:00:00+03:00', 0],
    ['2026-11-24T07:00:05Z', 5_000],
    ['2026-11-24T06:59:00', -60_000],
    ['1970-01-01T00:00:00Z', -at],
    ['yesterday', undefined],
    [undefined, undefined],
  ])('%s is off by %s ms', (said, skew) => {
    expect(clockSkewMs(said, at)).toBe(skew)
  })
})

describe('how a terminal stands', () => {
  const now = new Date('2026-11-24T12:00:00Z')
  const seen = (secondsAgo: number) => ({
    at: new Date(now.getTime() - secondsAgo * 1000),
    nextCheckInSeconds: 300,
  })
  it.each([
    [seen(0), 'online'],
    [seen(400), 'online'],
    [seen(401), 'late'],
    [seen(900), 'late'],
    [seen(901), 'lost'],
    [null, 'never'],
  ])('case %#: %s', (lastSeen, expected) => {
    expect(connectivity(lastSeen, now, 3)).toBe(expected)
  })
})

describe('when a terminal is to come again', () => {
  it('is never sooner than half an interval nor later than one and a half', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 10, max: 604_800 }),
        fc.double({ min: 0, max: 0.999999, noNaN: true }),
        fc.integer({ min: 0, max: 4e12 }),
        fc.double({ min: 1, max: 6, noNaN: true }),
        (interval, phase, nowMs, load) => {
          const wait = nextCheckInSeconds(interval, phase, nowMs, load)
          const stretched = Math.round(interval * load)
          expect(wait).toBeGreaterThanOrEqual(Math.floor(stretched / 2))
          expect(wait).toBeLessThanOrEqual(Math.ceil(stretched * 1.5))
        },
      ),
    )
  })

  it('spreads a fleet that called in the same second evenly over the interval', () => {
    const nowMs = Date.parse('2026-11-24T12:00:00Z')
    const tenths = new Array(10).fill(0)
    for (let terminal = 0; terminal < 10_000; terminal++) {
      const wait = nextCheckInSeconds(300, terminal / 10_000, nowMs, 1)
      tenths[Math.min(9, Math.floor((wait - 150) / 30))]++
    }
    for (const count of tenths) expect(count).toBeGreaterThan(800)
    for (const count of tenths) expect(count).toBeLessThan(1_200)
  })

  it('brings a terminal to the same place of the interval each time', () => {
    let at = Date.parse('2026-11-24T12:00:13Z')
    for (let round = 0; round < 5; round++) at += nextCheckInSeconds(300, 0.25, at, 1) * 1000
    expect(Math.abs(((at / 1000) % 300) - 75)).toBeLessThanOrEqual(1)
  })
})
