import { describe, expect, it } from 'vitest'
import { prepareSlip } from '../../src/features/eslips/ingest'
import type { Slip } from '../../src/features/eslips/ingest/schemas'
import { placeOf } from '../../src/tools/simulator/place'
import { chanceOf } from '../../src/tools/simulator/random'
import { createSlips, type TillOptions } from '../../src/tools/simulator/slips/create'
import { COLUMNS } from '../../src/tools/simulator/slips/print'

const START_MS = Date.UTC(2026, 10, 23, 7)
const MINUTE_MS = 60_000

const till = (more: Partial<TillOptions> = {}) =>
  createSlips({
    chance: chanceOf('till'),
    place: placeOf('SIM000003'),
    tid: '12345678',
    namesSlips: true,
    clockSkewMs: 0,
    ...more,
  })

const slipsOf = (source: ReturnType<typeof createSlips>, count: number, everyMinutes = 10): Slip[] =>
  Array.from({ length: count }, (_, at) => source.next(START_MS + at * everyMinutes * MINUTE_MS))

describe('the slips of a simulated terminal', () => {
  it('are accepted as they are, and no card number is found in them', () => {
    const from = { terminalId: '', receivedAtMs: START_MS, assumedOffset: '+03:00' }
    const prepared = slipsOf(till(), 3_000).map((slip) => prepareSlip(slip, from))
    expect(prepared.filter((one) => !one.isFit || one.slip.hadPan)).toEqual([])
  })

  it('are of every kind: paid by card and by QR code, declined, taken back, settled', () => {
    const place = { ...placeOf('SIM000002'), currency: 'RUB' }
    const kinds = new Set(slipsOf(till({ place }), 3_000).map((slip) => `${slip.type} ${slip.result}`))
    expect([...kinds].sort()).toEqual([
      'qr approved',
      'qr declined',
      'refund approved',
      'reversal approved',
      'sale aborted',
      'sale approved',
      'sale declined',
      'settlement approved',
      'void approved',
    ])
  })

  it('take back what was paid before, never more than that', () => {
    const slips = slipsOf(till(), 3_000)
    const left = new Map(slips.map((slip) => [`${slip.rrn} ${slip.receiptNo}`, slip.amount]))
    const takingBack = slips.filter((slip) => slip.original !== undefined)
    for (const { original, amount } of takingBack) {
      const key = `${original?.rrn} ${original?.receiptNo}`
      left.set(key, (left.get(key) ?? Number.NaN) - amount)
    }
    expect(takingBack.length).toBeGreaterThan(50)
    expect([...left.values()].filter((amount) => !(amount >= 0))).toEqual([])
  })

  it('are settled at the end of the day with what was approved since the last time', () => {
    const slips = slipsOf(till(), 500, 30)
    const end = slips.findIndex((slip) => slip.type === 'settlement')
    const counted = slips.slice(0, end).filter((slip) => slip.result === 'approved')
    const { totals = [], text } = slips[end] as Slip
    const sumOf = (type: string) =>
      counted.filter((slip) => slip.type === type).reduce((sum, slip) => sum + slip.amount, 0)
    expect(totals.map(({ type, amount }) => ({ type, amount }))).toEqual(
      totals.map(({ type }) => ({ type, amount: sumOf(type) })),
    )
    expect(totals.reduce((sum, one) => sum + one.count, 0)).toBe(counted.length)
    expect(text).not.toHaveProperty('customer')
  })

  it('are printed in lines of 32 columns, the buyer’s copy with the last four digits only', () => {
    const slips = slipsOf(till(), 1_000)
    const lines = slips.flatMap(({ text }) => [...(text?.merchant ?? []), ...(text?.customer ?? [])])
    expect(lines.filter((line) => line.length > COLUMNS)).toEqual([])
    const [paid] = slips.filter((slip) => slip.type === 'sale' && slip.result === 'approved')
    const { pan, text } = paid as Slip
    expect(text?.merchant).toContain(`КАРТА           ${pan?.first6}******${pan?.last4}`)
    expect(text?.customer).toContain(`КАРТА           ************${pan?.last4}`)
    expect(text?.customer?.join().includes(pan?.first6 as string)).toBe(false)
  })

  it('are the same for the same chance, but for their names', () => {
    const nameless = (slips: Slip[]) => slips.map(({ slipUid, ...slip }) => slip)
    const [one, two] = [slipsOf(till(), 200), slipsOf(till(), 200)]
    expect(nameless(one)).toEqual(nameless(two))
    expect(new Set([...one, ...two].map((slip) => slip.slipUid)).size).toBe(400)
    expect(slipsOf(till({ namesSlips: false }), 1)[0]).not.toHaveProperty('slipUid')
  })

  it('go on with their numbers after the power was away', () => {
    const first = till()
    const [last] = slipsOf(first, 40).slice(-1)
    const next = till({ state: structuredClone(first.state()), chance: chanceOf('later') }).next(START_MS)
    expect(Number(next.receiptNo)).toBe(Number(last?.receiptNo) + 1)
  })

  it('carry the time of the terminal’s clock, however wrong', () => {
    const [slip] = slipsOf(till({ clockSkewMs: -40 * 365 * 86_400_000 }), 1)
    expect(slip?.localDateTime).toMatch(/^1986-\d\d-\d\dT\d\d:00:00\+0[345]:00$/)
  })
})
