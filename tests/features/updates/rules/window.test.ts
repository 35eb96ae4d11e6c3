import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { WEEKDAYS } from '../../../../src/features/updates/rules/lists'
import type { Window } from '../../../../src/features/updates/rules/schemas'
import { windowState } from '../../../../src/features/updates/rules/window'
import { isOnTheWall } from './facts'

const at = (iso: string) => Date.parse(iso)
const shown = ({ isOpen, opensAtMs, closesAtMs }: ReturnType<typeof windowState>) => ({
  isOpen,
  opensAt: new Date(opensAtMs).toISOString(),
  closesAt: new Date(closesAtMs).toISOString(),
})

describe('a window', () => {
  it.each([
    ['Europe/Moscow', '2026-11-25T22:59:59Z', false],
    ['Europe/Moscow', '2026-11-25T23:00:00Z', true],
    ['Europe/Moscow', '2026-11-26T01:59:59Z', true],
    ['Europe/Moscow', '2026-11-26T02:00:00Z', false],
    ['Asia/Vladivostok', '2026-11-25T16:00:00Z', true],
    ['America/Los_Angeles', '2026-11-25T10:00:00Z', true],
    ['Asia/Kathmandu', '2026-11-25T20:15:00Z', true],
  ])('from 02:00 to 05:00 is in %s at %s: %s', (zone, now, isOpen) => {
    expect(windowState({ from: '02:00', to: '05:00' }, zone, at(now)).isOpen).toBe(isOpen)
  })

  it('over midnight belongs to the day on which it began', () => {
    const window: Window = { days: ['fri'], from: '22:00', to: '04:00' }
    const night = { opensAt: '2026-11-27T22:00:00.000Z', closesAt: '2026-11-28T04:00:00.000Z' }
    expect(shown(windowState(window, 'UTC', at('2026-11-27T03:00:00Z')))).toEqual({ isOpen: false, ...night })
    expect(shown(windowState(window, 'UTC', at('2026-11-28T03:00:00Z')))).toEqual({ isOpen: true, ...night })
    expect(shown(windowState(window, 'UTC', at('2026-11-28T04:00:00Z')))).toEqual({
      isOpen: false,
      opensAt: '2026-12-04T22:00:00.000Z',
      closesAt: '2026-12-05T04:00:00.000Z',
    })
  })

  it('that ends when it begins lasts a day', () => {
    const window: Window = { days: ['sat'], from: '20:00', to: '20:00' }
    expect(shown(windowState(window, 'UTC', at('2026-11-29T19:59:00Z')))).toEqual({
      isOpen: true,
      opensAt: '2026-11-28T20:00:00.000Z',
      closesAt: '2026-11-29T20:00:00.000Z',
    })
  })

  it('whose edge is skipped by summer time begins after the gap, also west of Greenwich', () => {
    expect(
      shown(windowState({ from: '02:30', to: '05:00' }, 'Europe/Berlin', at('2026-03-29T00:00:00Z'))),
    ).toEqual({
      isOpen: false,
      opensAt: '2026-03-29T01:00:00.000Z',
      closesAt: '2026-03-29T03:00:00.000Z',
    })
    expect(
      shown(windowState({ from: '03:00', to: '05:00' }, 'America/New_York', at('2026-03-08T06:00:00Z'))),
    ).toEqual({ isOpen: false, opensAt: '2026-03-08T07:00:00.000Z', closesAt: '2026-03-08T09:00:00.000Z' })
  })

  it('that summer time skips altogether opens the next time it is there', () => {
    const window: Window = { days: ['sun'], from: '02:15', to: '02:45' }
    expect(shown(windowState(window, 'Europe/Berlin', at('2026-03-28T12:00:00Z')))).toEqual({
      isOpen: false,
      opensAt: '2026-04-05T00:15:00.000Z',
      closesAt: '2026-04-05T00:45:00.000Z',
    })
  })

  it('that begins within the hour that comes twice begins the second time', () => {
    const state = windowState({ from: '02:30', to: '05:00' }, 'Europe/Berlin', at('2026-10-25T00:45:00Z'))
    expect(shown(state)).toEqual({
      isOpen: false,
      opensAt: '2026-10-25T01:30:00.000Z',
      closesAt: '2026-10-25T04:00:00.000Z',
    })
  })

  it('within the hour that comes twice is open once', () => {
    const window: Window = { from: '02:10', to: '02:50' }
    const ofNight = (minute: number) =>
      windowState(window, 'Europe/Berlin', at('2026-10-25T00:00:00Z') + minute * 60_000).isOpen
    const open = Array.from({ length: 120 }, (_, minute) => minute).filter(ofNight)
    expect([open.length, open[0], open.at(-1)]).toEqual([40, 10, 49])
  })

  const time = fc
    .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
    .map((parts) => parts.map((part) => String(part).padStart(2, '0')).join(':'))
  const windows = fc.record(
    { days: fc.uniqueArray(fc.constantFrom(...WEEKDAYS), { minLength: 1 }), from: time, to: time },
    { requiredKeys: ['from', 'to'] },
  )
  const zones = fc.constantFrom(
    ...['Europe/Moscow', 'Europe/Berlin', 'America/New_York', 'America/Havana', 'Australia/Lord_Howe'],
    ...['Pacific/Apia', 'Asia/Kolkata', 'Africa/Casablanca', 'Pacific/Kiritimati', 'America/St_Johns'],
  )
  // All of 2026, more often around the changes of the clocks.
  const moments = fc.oneof(
    fc.integer({ min: at('2026-01-01T00:00:00Z') / 60_000, max: at('2027-01-01T00:00:00Z') / 60_000 }),
    ...['2026-03-08', '2026-03-29', '2026-10-25', '2026-11-01', '2026-04-04', '2026-10-03'].map((day) =>
      fc.integer({ min: at(`${day}T00:00:00Z`) / 60_000, max: at(`${day}T00:00:00Z`) / 60_000 + 2_880 }),
    ),
  )

  it('is never open while the clock and the calendar on the wall are outside of it', () => {
    fc.assert(
      fc.property(windows, zones, moments, (window, zone, minute) => {
        const nowMs = minute * 60_000
        const { isOpen, opensAtMs, closesAtMs } = windowState(window, zone, nowMs)
        expect(opensAtMs).toBeLessThan(closesAtMs)
        expect(nowMs).toBeLessThan(closesAtMs)
        expect(isOpen).toBe(opensAtMs <= nowMs)
        expect(isOnTheWall(window, zone, opensAtMs)).toBe(true)
        if (isOpen) expect(isOnTheWall(window, zone, nowMs)).toBe(true)
      }),
      { numRuns: 3_000 },
    )
  })

  it('is open all the time the clock on the wall is within it, where clocks are not changed', () => {
    const still = fc.constantFrom('Europe/Moscow', 'Asia/Kolkata', 'Pacific/Kiritimati', 'America/Bogota')
    fc.assert(
      fc.property(windows, still, moments, (window, zone, minute) => {
        const nowMs = minute * 60_000
        expect(windowState(window, zone, nowMs).isOpen).toBe(isOnTheWall(window, zone, nowMs))
      }),
      { numRuns: 2_000 },
    )
  })

  it('says the same when it is asked for many terminals, in any order', () => {
    fc.assert(
      fc.property(windows, fc.array(fc.tuple(zones, moments), { maxLength: 12 }), (window, asked) => {
        for (const [zone, minute] of asked)
          expect(windowState(window, zone, minute * 60_000)).toEqual(
            windowState({ ...window }, zone, minute * 60_000),
          )
      }),
    )
  })
})
