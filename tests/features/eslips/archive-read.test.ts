import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Ctx, Services } from '../../../src/core/context'
import {
  type ArchiveEntry,
  type ArchiveFilter,
  findArchived,
  listArchives,
  readArchive,
  readSorted,
  totalArchived,
} from '../../../src/features/eslips/archive'
import { useTestDatabase } from '../../support/postgres'
import { limitedOperator, makeCtx, makeServices, operator } from '../../support/services'
import { archive, dayAgo, fillDay } from './archived'

const DAY = dayAgo(120)
const COUNT = 4_500
const TIDS = 40
const [SHOP, OTHER_SHOP] = [randomUUID(), randomUUID()]
const terminals = Array.from({ length: TIDS }, () => randomUUID())

const database = useTestDatabase()
let services: Services
let me: Ctx
let entry: ArchiveEntry
let before: Record<string, unknown>[]

beforeAll(async () => {
  services = await makeServices(database)
  me = makeCtx(services, operator())
  await database.sql`insert into merchants (id, name) values (${SHOP}, 'Чай'), (${OTHER_SHOP}, 'Кофе')`
  for (const [at, id] of terminals.entries())
    await database.sql`
      insert into terminals (id, serial, platform, state, merchant_id)
      values (${id}, ${`S-${at}`}, 'wiseasy-wpos3', 'active', ${at === 3 ? SHOP : at === 4 ? OTHER_SHOP : null})`
  await fillDay(
    database,
    DAY,
    COUNT,
    (at) => ({
      tid: at % TIDS === 7 ? undefined : String(10_000_000 + (at % TIDS)),
      rrn: String(500_000_000_000 + at),
      type: at % 10 === 0 ? 'refund' : 'sale',
      currency: at % 3 === 0 ? 'USD' : 'RUB',
      text: { merchant: [`СЛИП № ${at} 🍵 "\\`] },
    }),
    (at) => terminals[at % TIDS] ?? '',
  )
  before = await database.sql`
    select s.*, t.serial from eslips s join terminals t on t.id = s.terminal_id
    where filed_at >= ${`${DAY}T00:00Z`}::timestamptz and filed_at < ${`${dayAgo(119)}T00:00Z`}::timestamptz
    order by s.tid nulls last, s.terminal_id, s.filed_at desc`
  await archive(database, me, DAY)
  const [found] = await listArchives(me)
  entry = found as ArchiveEntry
})

const read = (
  filter: ArchiveFilter,
  more: { limit?: number; startRow?: number; budget?: number } = {},
  ctx = me,
) => readArchive(ctx, entry, { filter, limit: 10_000, ...more })

describe('an archived day', () => {
  it('is gone from the database and listed with what is in it', async () => {
    expect(before).toHaveLength(COUNT)
    expect(
      await database.sql`select 1 from eslips where filed_at < ${`${dayAgo(119)}T00:00Z`}::timestamptz`,
    ).toHaveLength(0)
    expect(entry).toMatchObject({
      number: 1,
      day: DAY,
      rows: COUNT,
      minSeq: 1,
      maxSeq: COUNT,
      deletedAt: null,
    })
  })

  it('is read as it was, column by column, in the order of TIDs', async () => {
    const { rows, nextRow } = await read({})
    expect(nextRow).toBeNull()
    expect(rows).toHaveLength(COUNT)
    for (const [at, row] of rows.entries()) {
      const was = before[at] ?? {}
      expect(row).toEqual({
        id: was.id,
        filedAt: (was.filed_at as Date).toISOString(),
        seq: Number(was.seq),
        terminalId: was.terminal_id,
        serial: was.serial,
        merchantId: was.merchant_id,
        merchantName: was.merchant_id === SHOP ? 'Чай' : was.merchant_id === OTHER_SHOP ? 'Кофе' : null,
        identity: was.identity,
        contentDigest: was.content_digest,
        receivedAt: (was.received_at as Date).toISOString(),
        timeMark: was.time_mark,
        hadPan: was.had_pan,
        hasOtherTid: was.has_other_tid,
        type: was.type,
        result: was.result,
        amount: Number(was.amount),
        currency: was.currency,
        tid: was.tid,
        mid: was.mid,
        rrn: was.rrn,
        authCode: was.auth_code,
        receiptNo: was.receipt_no,
        last4: was.last4,
        scheme: was.scheme,
        content: was.content,
        archiveNumber: 1,
        row: at,
      })
    }
  })

  const matching: [string, ArchiveFilter, (row: Record<string, unknown>) => boolean][] = [
    ['TID', { tid: '10000005' }, (row) => row.tid === '10000005'],
    ['terminal', { terminalId: terminals[7] }, (row) => row.terminal_id === terminals[7]],
    ['RRN', { rrn: '500000001234' }, (row) => row.rrn === '500000001234'],
    ['merchant', { merchantId: SHOP }, (row) => row.merchant_id === SHOP],
    [
      'merchants',
      { merchantIds: [SHOP, OTHER_SHOP] },
      (row) => row.merchant_id === SHOP || row.merchant_id === OTHER_SHOP,
    ],
    [
      'type and currency',
      { type: 'refund', currency: 'USD' },
      (row) => row.type === 'refund' && row.currency === 'USD',
    ],
    [
      'amount',
      { amountFrom: 100, amountTo: 120 },
      (row) => Number(row.amount) >= 100 && Number(row.amount) <= 120,
    ],
    [
      'period',
      { from: `${DAY}T10:10:00Z`, to: `${DAY}T13:20:00+03:00` },
      (row) =>
        Number(row.filed_at) >= Date.parse(`${DAY}T10:10:00Z`) &&
        Number(row.filed_at) < Date.parse(`${DAY}T10:20:00Z`),
    ],
    ['number', { afterSeq: COUNT - 20 }, (row) => Number(row.seq) > COUNT - 20],
    ['last four', { last4: '3456', tid: '10000009' }, (row) => row.tid === '10000009'],
    ['card numbers', { hadPan: true }, () => false],
    ['marks', { timeMark: 'late' }, () => false],
    ['what nobody has', { authCode: 'ZZZZZZ' }, () => false],
  ]
  it.each(matching)('is searched by %s', async (_by, filter, fits) => {
    const { rows } = await read(filter)
    expect(rows.map((one) => one.id)).toEqual(before.filter(fits).map((one) => one.id))
  })

  it('is read in parts that end where they are told to and go on there', async () => {
    const seen: number[] = []
    let [startRow, calls]: [number | null, number] = [0, 0]
    while (startRow !== null) {
      const part: Awaited<ReturnType<typeof read>> = await read({ currency: 'USD' }, { startRow, limit: 700 })
      expect(part.rows.length).toBeLessThanOrEqual(700)
      seen.push(...part.rows.map((one) => one.row))
      startRow = part.nextRow
      calls++
    }
    expect(calls).toBe(3)
    expect(seen).toEqual(before.flatMap((row, at) => (row.currency === 'USD' ? [at] : [])))
  })

  it.each(['newest', 'oldest'] as const)(
    'is read by time, the %s first, over all its groups',
    async (order) => {
      const filter = { currency: 'USD' }
      const fitting = before
        .filter((row) => row.currency === 'USD')
        .map((row) => ({ id: String(row.id), filedAt: row.filed_at as Date }))
        .sort((a, b) => Number(a.filedAt) - Number(b.filedAt) || (a.id < b.id ? -1 : 1))
      const seen: string[] = []
      let after: Awaited<ReturnType<typeof readSorted>>['rows'][number] | undefined
      for (let hasMore = true; hasMore; ) {
        const part = await readSorted(me, entry, { filter, order, limit: 700, after })
        expect(part.looked).toBe(COUNT)
        seen.push(...part.rows.map((one) => one.id))
        after = part.rows.at(-1)
        hasMore = part.hasMore
      }
      expect(seen).toEqual((order === 'oldest' ? fitting : fitting.toReversed()).map((one) => one.id))
    },
  )

  it('stops where the rows that may be looked at are used up, though nothing was found', async () => {
    // Between the least and the greatest currency of each group, so none can be passed over.
    const first = await read({ currency: 'SAR' }, { budget: 1 })
    expect(first).toEqual({ rows: [], nextRow: 2_000, looked: 2_000 })
    const second = await read({ currency: 'SAR' }, { budget: 2_001, startRow: first.nextRow ?? 0 })
    expect(second).toEqual({ rows: [], nextRow: null, looked: COUNT - 2_000 })
  })

  it('is not looked at where its groups say that nothing can match', async () => {
    for (const filter of [{ tid: '99999999' }, { rrn: '400' }, { scheme: 'visa' }, { rrn: '500000001234x' }])
      expect(await read(filter)).toEqual({ rows: [], nextRow: null, looked: 0 })
    expect((await read({ rrn: '500000001234' })).looked).toBe(2_000)
  })

  it('gives a limited caller the slips of its merchants and groups, and no others', async () => {
    const group = randomUUID()
    await database.sql`insert into terminal_groups (id, name) values (${group}, 'north')`
    await database.sql`insert into terminal_group_members (terminal_id, group_id) values (${terminals[9] ?? ''}, ${group})`
    const ofShop = await read({}, {}, makeCtx(services, limitedOperator({ merchantIds: [SHOP] })))
    expect(new Set(ofShop.rows.map((one) => one.serial))).toEqual(new Set(['S-3']))
    const ofGroup = await read(
      {},
      {},
      makeCtx(services, limitedOperator({ groupIds: [group], merchantIds: [SHOP] })),
    )
    expect(new Set(ofGroup.rows.map((one) => one.serial))).toEqual(new Set(['S-3', 'S-9']))
    expect((await read({}, {}, makeCtx(services, limitedOperator({})))).rows).toEqual([])
  })
})

describe('one archived slip', () => {
  it('is found by its id alone', async () => {
    const row = before[777] ?? {}
    expect(await findArchived(me, String(row.id))).toMatchObject({ id: row.id, rrn: row.rrn, row: 777 })
  })

  it('is not found under another id, of that day or none', async () => {
    const id = String(before[0]?.id)
    for (const other of [`${id.slice(0, -4)}0000`, randomUUID(), '00000000-0000-7000-8000-000000000000'])
      expect(await findArchived(me, other)).toBeUndefined()
  })

  it('is not found by who may not see it', async () => {
    const stranger = makeCtx(services, limitedOperator({ merchantIds: [OTHER_SHOP] }))
    const ofShop = before.find((one) => one.merchant_id === SHOP)
    expect(await findArchived(stranger, String(ofShop?.id))).toBeUndefined()
  })
})

describe('totals of archived slips', () => {
  const totalOf = (rows: Record<string, unknown>[]) => {
    const sums = new Map<string, [count: number, amount: number]>()
    for (const row of rows) {
      const key = `${row.currency} ${row.type} ${row.result}`
      const [count, amount] = sums.get(key) ?? [0, 0]
      sums.set(key, [count + 1, amount + Number(row.amount)])
    }
    return Object.fromEntries(sums)
  }
  const told = async (filter: ArchiveFilter, ctx = me) => {
    const { groups, isWhole } = await totalArchived(ctx, filter)
    expect(isWhole).toBe(true)
    return Object.fromEntries(
      groups.map((one) => [`${one.currency} ${one.type} ${one.result}`, [one.count, one.amount]]),
    )
  }

  it('are those of its manifest where all of it fits, and counted where not', async () => {
    expect(await told({})).toEqual(totalOf(before))
    expect(await told({ tid: '10000005' })).toEqual(totalOf(before.filter((one) => one.tid === '10000005')))
    expect(await told({ currency: 'USD', type: 'refund' })).toEqual(
      totalOf(before.filter((one) => one.currency === 'USD' && one.type === 'refund')),
    )
    const from = `${DAY}T10:30:00Z`
    expect(await told({ from })).toEqual(
      totalOf(before.filter((one) => Number(one.filed_at) >= Date.parse(from))),
    )
    expect(await told({ to: `${DAY}T00:00:00Z` })).toEqual({})
  })

  it('have for a limited caller only what it may see', async () => {
    const ctx = makeCtx(services, limitedOperator({ merchantIds: [SHOP] }))
    expect(await told({}, ctx)).toEqual(totalOf(before.filter((one) => one.merchant_id === SHOP)))
  })

  it('say where they are not whole', async () => {
    await fillDay(database, dayAgo(110), 3, () => ({ tid: '10000005' }))
    await archive(database, me, dayAgo(110))
    expect(await totalArchived(me, { tid: '10000005' }, 1)).toMatchObject({ isWhole: false })
  })
})
