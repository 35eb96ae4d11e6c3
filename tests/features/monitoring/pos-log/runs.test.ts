import { describe, expect, it } from 'vitest'
import { Gaps } from '../../../../src/features/monitoring/pos-log/gaps'
import { Runs } from '../../../../src/features/monitoring/pos-log/runs'
import type { Ending } from '../../../../src/terminal/traffic'

const NOON_MS = Date.parse('2026-11-27T12:00:00Z')
const MINUTE_MS = 60_000
const WRITE_EVERY_MS = 600_000

const makeRuns = () => new Runs({ lateIntervals: 3, writeEveryMs: WRITE_EVERY_MS })

/** An idle check-in at noon. */
const idle = (more: Partial<Ending> = {}): Ending => ({
  ...{ slot: 0, kind: 'check-in', status: 204, code: undefined, alike: 'idle' },
  ...{ atMs: NOON_MS, durationMs: 1, nextSeconds: 300, requestBytes: 90, ...more },
})

/** A run of idle check-ins, begun at noon. */
function begun() {
  const runs = makeRuns()
  runs.begin({ ...idle({ durationMs: 2 }), id: 7 })
  const add = (atMs: number, durationMs = 1) => runs.add(idle({ atMs, durationMs }))
  return { runs, add }
}

describe('requests that are answered alike', () => {
  it('are one row while they follow one another: how many, the last, the longest', () => {
    const { runs, add } = begun()
    for (let n = 1; n <= 4; n++) expect(add(NOON_MS + n * 5 * MINUTE_MS, n * 10)).toBe(true)
    expect(runs.end(0)).toEqual({
      atMs: NOON_MS,
      id: 7,
      count: 5,
      lastMs: NOON_MS + 20 * MINUTE_MS,
      durationMs: 40,
    })
  })

  it('need no row brought up to date where the first was the only one', () => {
    const { runs } = begun()
    expect(runs.end(0)).toBeUndefined()
    expect(runs.end(0)).toBeUndefined()
  })

  it('are another row once something else was asked', () => {
    const { runs, add } = begun()
    runs.end(0)
    expect(add(NOON_MS + MINUTE_MS)).toBe(false)
  })

  it('are another row after a silence longer than the terminal was told', () => {
    const { add } = begun()
    expect(add(NOON_MS + 15 * MINUTE_MS)).toBe(true)
    expect(add(NOON_MS + 30 * MINUTE_MS + 1)).toBe(false)
  })

  it('are another row on another day', () => {
    const runs = makeRuns()
    const lateMs = Date.parse('2026-11-27T23:59:30Z')
    runs.begin({ ...idle({ atMs: lateMs }), id: 7 })
    expect(runs.add(idle({ atMs: lateMs + 29_999 }))).toBe(true)
    expect(runs.add(idle({ atMs: lateMs + 30_000 }))).toBe(false)
  })

  it('are refusals for the same reason as well, and for no other', () => {
    const runs = makeRuns()
    const refused = idle({ alike: undefined, status: 422, code: 'invalid_message', nextSeconds: 0 })
    runs.begin({ ...refused, id: 1 })
    expect(runs.add(refused)).toBe(true)
    for (const other of [{ kind: 'eslips' }, { status: 400 }, { code: 'other' }])
      expect(runs.add({ ...refused, ...other })).toBe(false)
    expect(runs.add({ ...refused, atMs: NOON_MS + 600_001 })).toBe(false)
  })

  it('are successes that say nothing new, and no others', () => {
    const runs = makeRuns()
    const offered = idle({ status: 200, alike: 'one two' })
    runs.begin({ ...offered, id: 1 })
    expect(runs.add(offered)).toBe(true)
    expect(runs.add({ ...offered, alike: 'one three' })).toBe(false)
    runs.begin({ ...idle({ alike: undefined }), id: 2 })
    expect(runs.add(idle({ alike: undefined }))).toBe(false)
  })

  it('of one terminal are nothing to another, and any number of terminals have room', () => {
    const runs = makeRuns()
    runs.begin({ ...idle({ slot: 5_000 }), id: 1 })
    runs.begin({ ...idle({ slot: 3 }), id: 2 })
    expect(runs.add(idle({ slot: 4 }))).toBe(false)
    expect(runs.add(idle({ slot: 9_999 }))).toBe(false)
    expect(runs.add(idle({ slot: 5_000, atMs: NOON_MS + 1 }))).toBe(true)
    expect(runs.end(5_000)).toMatchObject({ id: 1, count: 2 })
  })

  it('are told from time to time while they go on, each only where there is news', () => {
    const { runs, add } = begun()
    add(NOON_MS + MINUTE_MS)
    const soonMs = NOON_MS + MINUTE_MS + WRITE_EVERY_MS
    expect(runs.due(soonMs - 1, 10)).toEqual([])
    expect(runs.due(soonMs, 10)).toMatchObject([{ id: 7, count: 2 }])
    expect(runs.due(soonMs + WRITE_EVERY_MS, 10)).toEqual([])
    add(NOON_MS + 12 * MINUTE_MS)
    expect(runs.due(Number.POSITIVE_INFINITY, 10)).toMatchObject([{ id: 7, count: 3 }])
    expect(runs.end(0)).toBeUndefined()
  })

  it('are told a bounded number at a time, the longest untold first', () => {
    const runs = makeRuns()
    for (let slot = 0; slot < 3_000; slot++) {
      runs.begin({ ...idle({ slot }), id: slot })
      runs.add(idle({ slot, atMs: NOON_MS + slot }))
    }
    const told: number[] = []
    for (let batch = 0; batch < 4; batch++)
      told.push(...runs.due(Number.POSITIVE_INFINITY, 1_000).map(({ id }) => id))
    expect(told).toEqual(Array.from({ length: 3_000 }, (_, slot) => slot))
  })
})

describe('holes of the log', () => {
  it('are told once they have ended, from the first to the last that is missing', () => {
    const gaps = new Gaps()
    expect(gaps.due(NOON_MS)).toBeUndefined()
    gaps.drop(NOON_MS, 1)
    gaps.drop(NOON_MS + 1_000, 2)
    expect(gaps.due(NOON_MS + 2_000)).toBeUndefined()
    const gap = { fromMs: NOON_MS, toMs: NOON_MS + 1_000, dropped: 3 }
    expect(gaps.due(NOON_MS + 6_000)).toEqual(gap)
    gaps.written(gap)
    expect(gaps.due(Number.POSITIVE_INFINITY)).toBeUndefined()
    expect(gaps.total).toBe(3)
  })

  it('that do not end are told minute by minute, and nothing is told twice', () => {
    const gaps = new Gaps()
    gaps.drop(NOON_MS, 1)
    gaps.drop(NOON_MS + 60_000, 1)
    const gap = gaps.due(NOON_MS + 60_000)
    expect(gap?.dropped).toBe(2)
    gaps.drop(NOON_MS + 61_000, 5)
    if (gap !== undefined) gaps.written(gap)
    expect(gaps.due(Number.POSITIVE_INFINITY)).toEqual({
      fromMs: NOON_MS + 60_000,
      toMs: NOON_MS + 61_000,
      dropped: 5,
    })
  })
})
