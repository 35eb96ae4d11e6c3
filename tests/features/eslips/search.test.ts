import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Ctx, Services } from '../../../src/core/context'
import { getSlip } from '../../../src/features/eslips/export/details'
import { searchSlips, totalSlips } from '../../../src/features/eslips/search'
import { findSlips, type SlipPosition } from '../../../src/features/eslips/search/find'
import { createGroup, createMerchant } from '../../../src/features/terminals/service/places'
import { useTestDatabase } from '../../support/postgres'
import { integrator, limitedOperator, makeCtx, makeServices, operator } from '../../support/services'
import { type OpenDoor, openTerminalDoor } from '../../support/terminal-door'
import { enrolledTerminal, sale } from './slips'

const database = useTestDatabase()
const HOUR = 3_600_000
const start = Math.floor(Date.now() / HOUR) * HOUR - 100 * HOUR
const at = (hours: number) => new Date(start + hours * HOUR).toISOString()

let services: Services
let open: OpenDoor
let me: Ctx
let tea: { id: string }
let books: { id: string }
let group: { id: string }
const uids: string[] = []

beforeAll(async () => {
  services = await makeServices(database)
  open = await openTerminalDoor(database, services)
  me = makeCtx(services, operator())
  tea = await createMerchant(me, { name: 'Tea' })
  books = await createMerchant(me, { name: 'Books' })
  group = await createGroup(me, { name: 'North' })
  const shops = [
    await enrolledTerminal(me, open, 'TEA-1', { merchantId: tea.id }),
    await enrolledTerminal(me, open, 'BOOKS-1', { merchantId: books.id, groupIds: [group.id] }),
    await enrolledTerminal(me, open, 'ALONE-1'),
  ]
  // Ninety slips, one an hour, over four days: every third of a shop.
  for (const [place, shop] of shops.entries())
    await shop.handOver(
      ...Array.from({ length: 30 }, (_, turn) => {
        const index = turn * 3 + place
        const slip = sale({
          localDateTime: at(index),
          tid: `0000000${place}`,
          mid: `MID${place}`,
          amount: 100 + index,
          currency: index % 10 === 0 ? 'BYN' : 'RUB',
          type: index % 5 === 0 ? 'refund' : 'sale',
          result: index % 7 === 0 ? 'declined' : 'approved',
          rrn: `R${index}`,
          authCode: `A${index % 9}`,
          receiptNo: String(index % 30),
          pan: { first6: '220012', last4: String(1000 + (index % 4)), length: 16 },
          scheme: index % 2 === 0 ? 'mir' : 'visa',
          ...(index === 44 ? { text: { merchant: ['4111111111111111'] } } : {}),
        })
        uids[index] = slip.slipUid as string
        return slip
      }),
    )
})
afterAll(() => open.close())

const all = Array.from({ length: 90 }, (_, index) => index)
const indexesOf = (slips: { slipUid: string }[]) => slips.map((one) => uids.indexOf(one.slipUid))
const newest = (indexes: number[]) => [...indexes].sort((a, b) => b - a)

async function searchAll(ctx: Ctx, filter: Record<string, unknown>, limit = 7) {
  const found: { slipUid: string }[] = []
  let cursor: string | undefined
  do {
    const page = await searchSlips(ctx, { ...filter, limit, ...(cursor === undefined ? {} : { cursor }) })
    found.push(...page.items)
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined)
  return indexesOf(found)
}

describe('the search of slips', () => {
  it('lists all, newest first, page by page, each once', async () => {
    expect(await searchAll(me, {})).toEqual(newest(all))
  })

  it.each<[string, Record<string, unknown>, (index: number) => boolean]>([
    ['TID', { tid: '00000001' }, (index) => index % 3 === 1],
    ['MID', { mid: 'MID2' }, (index) => index % 3 === 2],
    ['RRN', { rrn: 'R17' }, (index) => index === 17],
    ['authorisation code', { authCode: 'A4' }, (index) => index % 9 === 4],
    ['receipt number', { receiptNo: '12' }, (index) => index % 30 === 12],
    ['last four digits', { last4: '1002' }, (index) => index % 4 === 2],
    ['scheme', { scheme: 'VISA' }, (index) => index % 2 === 1],
    ['type', { type: 'refund' }, (index) => index % 5 === 0],
    ['result', { result: 'declined' }, (index) => index % 7 === 0],
    ['currency', { currency: 'BYN' }, (index) => index % 10 === 0],
    ['one amount', { amountFrom: 123, amountTo: 123 }, (index) => index === 23],
    ['amounts from and to', { amountFrom: 110, amountTo: 120 }, (index) => index >= 10 && index <= 20],
    ['period', { from: at(20), to: at(30) }, (index) => index >= 20 && index < 30],
    ['a cut card number', { hadPan: true }, (index) => index === 44],
    ['a wrong clock', { timeMark: 'wrong_clock' }, () => false],
    [
      'several together',
      { tid: '00000000', type: 'sale', result: 'approved', from: at(10), to: at(80), scheme: 'mir' },
      (index) =>
        index % 3 === 0 && index % 5 !== 0 && index % 7 !== 0 && index >= 10 && index < 80 && index % 2 === 0,
    ],
  ])('finds by %s', async (_what, filter, fits) => {
    expect(await searchAll(me, filter)).toEqual(newest(all.filter(fits)))
  })

  it('finds by merchant', async () => {
    expect(await searchAll(me, { merchantId: tea.id })).toEqual(
      newest(all.filter((index) => index % 3 === 0)),
    )
  })

  it('goes on where one call may not read further, and says how far it looked', async () => {
    const bounds = { stride: 4, strides: 2, merged: 10 }
    const found: SlipPosition[] = []
    let after: SlipPosition | undefined
    let calls = 0
    do {
      const { rows, next } = await findSlips(me, { currency: 'BYN' }, { after, limit: 5 }, bounds)
      found.push(...rows)
      after = next
      calls++
    } while (after !== undefined)
    expect(found.map((one) => one.filedAt)).toEqual([80, 70, 60, 50, 40, 30, 20, 10, 0].map(at))
    expect(calls).toBeGreaterThan(9)
  })

  it('shows what the list needs', async () => {
    const { items } = await searchSlips(me, { rrn: 'R13' })
    expect(items).toMatchObject([
      {
        slipUid: uids[13],
        filedAt: at(13),
        serial: 'BOOKS-1',
        merchantName: 'Books',
        amount: 113,
        currency: 'RUB',
        isArchived: false,
        timeMark: null,
      },
    ])
  })

  it.each([
    ['an archive at the end of time', ['archive', '9999-12-31', null, null]],
    [
      'a place at the end of time',
      [
        'archive',
        '2026-11-11',
        '9999-12-31T23:59:59.999Z',
        uids[0] ?? '6f1c21e6-0d3c-4c52-9d55-4a8ce2b2f2c7',
      ],
    ],
    ['the year 0', ['live', '0000-01-01T00:00:00.000Z', '6f1c21e6-0d3c-4c52-9d55-4a8ce2b2f2c7']],
    ['the end of time itself', ['live', '9999-12-31T23:59:59.999Z', '6f1c21e6-0d3c-4c52-9d55-4a8ce2b2f2c7']],
  ])('survives a cursor that somebody made up: %s', async (_what, parts) => {
    const cursor = Buffer.from(JSON.stringify(parts)).toString('base64url')
    await expect(searchSlips(me, { cursor })).resolves.toHaveProperty('items')
  })

  it('survives periods at both ends of time', async () => {
    expect(await searchAll(me, { to: '0000-01-01T00:00:00Z' })).toEqual([])
    const period = { from: '9999-12-31T00:00:00Z', to: '9999-12-31T23:59:59-23:59' }
    expect(await searchAll(me, period)).toEqual([])
    expect(await totalSlips(me, period)).toEqual({ groups: [], isWhole: true })
  })

  it('refuses a cursor of another list and a filter that is none', async () => {
    await expect(searchSlips(me, { cursor: 'bm9uZQ' })).rejects.toMatchObject({ code: 'invalid_cursor' })
    await expect(searchSlips(me, { last4: '12' })).rejects.toMatchObject({ code: 'invalid_input' })
    await expect(searchSlips(me, { from: 'yesterday' })).rejects.toMatchObject({ code: 'invalid_input' })
  })
})

describe('who has limits', () => {
  const ofTea = () => makeCtx(services, limitedOperator({ merchantIds: [tea.id] }))
  const ofGroup = () => makeCtx(services, limitedOperator({ groupIds: [group.id] }))
  const ofNothing = () => makeCtx(services, limitedOperator({}))

  it('sees the slips of the own merchants and groups, whatever is asked', async () => {
    expect(await searchAll(ofTea(), {})).toEqual(newest(all.filter((index) => index % 3 === 0)))
    expect(await searchAll(ofGroup(), {})).toEqual(newest(all.filter((index) => index % 3 === 1)))
    const both = makeCtx(services, limitedOperator({ merchantIds: [tea.id, books.id], groupIds: [group.id] }))
    expect(await searchAll(both, {})).toEqual(newest(all.filter((index) => index % 3 !== 2)))
    expect(await searchAll(ofTea(), { rrn: 'R13' })).toEqual([])
    expect(await searchAll(ofGroup(), { result: 'declined' })).toEqual(
      newest(all.filter((index) => index % 21 === 7)),
    )
    expect(await searchAll(ofNothing(), {})).toEqual([])
  })

  it('opens no slip beyond them, and counts none', async () => {
    const { items } = await searchSlips(me, { rrn: 'R13' })
    await expect(getSlip(ofTea(), { slipId: items[0]?.id ?? '' })).rejects.toMatchObject({
      code: 'slip_not_found',
    })
    const { groups } = await totalSlips(ofTea(), { from: at(0), to: at(90) })
    expect(groups.reduce((count, one) => count + one.count, 0)).toBe(30)
  })

  it('needs the permission', async () => {
    const program = makeCtx(services, integrator('terminals:read'))
    await expect(searchSlips(program, {})).rejects.toMatchObject({ code: 'forbidden' })
    await expect(totalSlips(program, { from: at(0), to: at(90) })).rejects.toMatchObject({
      code: 'forbidden',
    })
  })
})

describe('the totals', () => {
  const expected = (fits: (index: number) => boolean) => {
    const sums = new Map<string, { count: number; amount: number }>()
    for (const index of all.filter(fits)) {
      const name = [
        index % 10 === 0 ? 'BYN' : 'RUB',
        index % 5 === 0 ? 'refund' : 'sale',
        index % 7 === 0 ? 'declined' : 'approved',
      ].join()
      const sum = sums.get(name) ?? { count: 0, amount: 0 }
      sums.set(name, { count: sum.count + 1, amount: sum.amount + 100 + index })
    }
    return Object.fromEntries(sums)
  }
  const told = async (filter: Record<string, unknown>) => {
    const { groups, isWhole } = await totalSlips(me, { from: at(0), to: at(90), ...filter })
    expect(isWhole).toBe(true)
    return Object.fromEntries(
      groups.map(({ currency, type, result, count, amount }) => [
        [currency, type, result].join(),
        { count, amount },
      ]),
    )
  }

  it('are counts and sums by currency, type and result', async () => {
    expect(await told({})).toEqual(expected(() => true))
  })

  it.each<[string, Record<string, unknown>, (index: number) => boolean]>([
    [
      'of parts of hours',
      { from: new Date(start + 10.5 * HOUR).toISOString(), to: new Date(start + 20.2 * HOUR).toISOString() },
      (index) => index > 10 && index <= 20,
    ],
    [
      'within one hour',
      { from: at(10), to: new Date(start + 10.4 * HOUR).toISOString() },
      (index) => index === 10,
    ],
    ['of a type', { type: 'refund' }, (index) => index % 5 === 0],
    ['of a TID', { tid: '00000001' }, (index) => index % 3 === 1],
    [
      'of a scheme in a period',
      { scheme: 'mir', from: at(5), to: at(50) },
      (index) => index % 2 === 0 && index >= 5 && index < 50,
    ],
  ])('are exact: %s', async (_what, filter, fits) => {
    expect(await told(filter)).toEqual(expected(fits))
  })

  it('are of a month at most', async () => {
    const to = new Date(start + 32 * 24 * HOUR).toISOString()
    await expect(totalSlips(me, { from: at(0), to })).rejects.toMatchObject({ code: 'invalid_input' })
  })
})

describe('one slip', () => {
  it('is shown whole, with its neighbours of the same terminal', async () => {
    const idOf = async (rrn: string) => (await searchSlips(me, { rrn })).items[0]?.id ?? ''
    const slip = await getSlip(me, { slipId: await idOf('R13') })
    expect(slip).toMatchObject({
      slipUid: uids[13],
      slip: { amount: 113, merchant: { name: 'Чайная лавка' } },
      history: [{ kind: 'received', by: 'BOOKS-1' }],
      previousId: await idOf('R10'),
      nextId: await idOf('R16'),
    })
    expect(await getSlip(me, { slipId: await idOf('R1') })).toMatchObject({ previousId: null })
    expect(await getSlip(me, { slipId: await idOf('R88') })).toMatchObject({ nextId: null })
  })

  it.each([
    '01980000-0000-7000-8000-000000000000',
    'ffffffff-ffff-7fff-bfff-ffffffffffff',
    '6f1c21e6-0d3c-4c52-9d55-4a8ce2b2f2c7',
  ])('is not found by an id that is none: %s', async (slipId) => {
    await expect(getSlip(me, { slipId })).rejects.toMatchObject({ code: 'slip_not_found' })
  })
})
