import { randomUUID } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Ctx, Services } from '../../../src/core/context'
import { resumeTerminal, suspendTerminal } from '../../../src/features/terminals'
import { useTestDatabase } from '../../support/postgres'
import { makeCtx, makeServices, operator } from '../../support/services'
import { type OpenDoor, openTerminalDoor } from '../../support/terminal-door'
import { enrolledTerminal, sale } from './slips'

const database = useTestDatabase()
let services: Services
let open: OpenDoor
let me: Ctx
let shop: Awaited<ReturnType<typeof enrolledTerminal>>

beforeAll(async () => {
  services = await makeServices(database)
  open = await openTerminalDoor(database, services)
  me = makeCtx(services, operator())
  shop = await enrolledTerminal(me, open, 'SLIPS-1', {
    tids: [{ acquirer: 'bank-a', tid: '00001234', mid: '000000000001234' }],
  })
})
afterAll(() => open.close())

type Row = Record<string, unknown> & { content: Record<string, unknown> }
const rowOf = async (slipUid: string): Promise<Row | undefined> =>
  (await database.sql<Row[]>`select * from eslips where identity = ${slipUid}`)[0]
const rowByReceipt = async (receiptNo: string): Promise<Row[]> =>
  database.sql<Row[]>`select * from eslips where receipt_no = ${receiptNo}`
const statuses = (results: { status: string }[]) => results.map((one) => one.status)

describe('slips that are handed over', () => {
  it('are stored, each on its own, and answered in order', async () => {
    const [first, second] = [sale(), sale({ amount: 100 })]
    const results = await shop.handOver(first, { ...sale(), amount: -1 }, second)
    expect(results).toMatchObject([
      { index: 0, slipUid: first.slipUid, status: 'stored' },
      { index: 1, status: 'rejected', code: 'slip_invalid', detail: expect.stringContaining('amount') },
      { index: 2, slipUid: second.slipUid, status: 'stored' },
    ])
    expect((await rowOf(second.slipUid))?.amount).toBe('100')
  })

  it('are stored with every part of their amount', async () => {
    const amounts = { tip: 1, cashback: 2, fee: 3, surcharge: 4, original: 500 }
    const slip = sale({ amounts })
    expect(statuses(await shop.handOver(slip))).toEqual(['stored'])
    expect((await rowOf(slip.slipUid))?.content).toMatchObject({ amounts })
  })

  it('are known when they come again, also in another order of fields', async () => {
    const slip = sale()
    expect(statuses(await shop.handOver(slip, slip))).toEqual(['stored', 'duplicate'])
    const turned = Object.fromEntries(Object.entries(slip).reverse())
    expect(statuses(await shop.handOver(turned))).toEqual(['duplicate'])
    expect(await database.sql`select 1 from eslips where identity = ${slip.slipUid}`).toHaveLength(1)
  })

  it('are the same whether their UUID is in capitals or not, and are answered as they wrote it', async () => {
    const slip = sale()
    const capitals = { ...slip, slipUid: slip.slipUid.toUpperCase() }
    expect(await shop.handOver(slip, capitals)).toMatchObject([
      { slipUid: slip.slipUid, status: 'stored' },
      { slipUid: capitals.slipUid, status: 'duplicate' },
    ])
    const other = sale({ slipUid: randomUUID().toUpperCase() })
    const again = { ...other, slipUid: other.slipUid.toLowerCase() }
    expect(statuses(await shop.handOver(other, again))).toEqual(['stored', 'duplicate'])
    expect(await shop.handOver({ ...capitals, amount: 1 })).toMatchObject([{ code: 'slip_conflict' }])
    const named = sale({ slipUid: 't1:a' })
    expect(statuses(await shop.handOver(named, { ...named, slipUid: 'T1:A' }))).toEqual(['stored', 'stored'])
  })

  it('are refused where one is larger than any that is printed, and a large one is kept', async () => {
    const lines = (count: number) => ({ merchant: Array(count).fill('Я'.repeat(100)) })
    const [large, larger] = [sale({ text: lines(250) }), sale({ text: lines(300), orderId: 'x' })]
    const tooLarge = { ...larger, text: { ...lines(300), customer: lines(100).merchant } }
    const results = await shop.handOver(large, tooLarge)
    expect(results).toMatchObject([
      { status: 'stored' },
      { slipUid: larger.slipUid, code: 'slip_invalid', detail: 'more than 64 KiB as JSON' },
    ])
  })

  it('are refused where another slip has the same slipUid, and the first is kept', async () => {
    const slip = sale()
    await shop.handOver(slip)
    expect(await shop.handOver({ ...slip, amount: 1 })).toMatchObject([
      { slipUid: slip.slipUid, status: 'rejected', code: 'slip_conflict' },
    ])
    expect((await rowOf(slip.slipUid))?.amount).toBe('125050')
  })

  it('may share a slipUid with another terminal: it is unique for one', async () => {
    const other = await enrolledTerminal(me, open, 'SLIPS-2')
    const slip = sale()
    expect(statuses(await shop.handOver(slip))).toEqual(['stored'])
    expect(statuses(await other.handOver({ ...slip, amount: 7 }))).toEqual(['stored'])
  })

  it('are told by their content where they have no slipUid, and get one', async () => {
    const { slipUid: _, ...slip } = sale({ receiptNo: 'no-uid' })
    const [stored, again, changed] = await shop.handOver(slip, slip, { ...slip, amount: 2 })
    expect([stored?.status, again?.status, changed?.status]).toEqual(['stored', 'duplicate', 'stored'])
    expect(stored?.slipUid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8/)
    expect(again?.slipUid).toBe(stored?.slipUid)
    expect(changed?.slipUid).not.toBe(stored?.slipUid)
  })

  it('may be named otherwise than by a UUID', async () => {
    const results = await shop.handOver(
      sale({ slipUid: 'T1:000123' }),
      sale({ slipUid: 'T1:000123', amount: 5 }),
    )
    expect(results).toMatchObject([
      { slipUid: 'T1:000123', status: 'stored' },
      { slipUid: 'T1:000123', status: 'rejected', code: 'slip_conflict' },
    ])
  })

  it('are taken 200 at a time, gzip or plain, and no more', async () => {
    const slips = Array.from({ length: 200 }, (_, at) => sale({ amount: at }))
    expect(statuses(await shop.handOver(...slips))).toEqual(Array(200).fill('stored'))
    const body = gzipSync(JSON.stringify({ slips }))
    const answer = await shop.terminal.send('POST', '/eslips', {
      body,
      headers: { 'Content-Encoding': 'gzip' },
    })
    expect(statuses(answer.json<{ results: { status: string }[] }>().results)).toEqual(
      Array(200).fill('duplicate'),
    )
    expect((await shop.send(...slips, sale())).status).toBe(422)
    expect(await shop.handOver()).toEqual([])
  })

  it('are taken from a suspended terminal too', async () => {
    await suspendTerminal(me, { terminalId: shop.terminalId })
    await open.feed.catchUp()
    expect(statuses(await shop.handOver(sale()))).toEqual(['stored'])
    await resumeTerminal(me, { terminalId: shop.terminalId })
    await open.feed.catchUp()
  })

  it('are stored once, however often and by whatever way they come at the same time', async () => {
    const slips = Array.from({ length: 30 }, () => sale())
    const answers = await Promise.all(Array.from({ length: 8 }, () => shop.handOver(...slips)))
    for (const at of slips.keys())
      expect(answers.filter((results) => results[at]?.status === 'stored')).toHaveLength(1)
    const [row] = await database.sql`
      select count(*)::int as count, count(distinct seq)::int as numbers from eslips
      where identity = any(${slips.map((one) => one.slipUid)}::uuid[])`
    expect(row).toEqual({ count: 30, numbers: 30 })
  })
})

describe('what does not fit', () => {
  it.each([
    ['no type', { type: undefined }, 'type'],
    ['an unknown type', { type: 'gift' }, 'type'],
    ['an amount with a fraction', { amount: 12.5 }, 'amount'],
    ['an amount as text', { amount: '12' }, 'amount'],
    ['a currency by number', { currency: '643' }, 'currency'],
    ['a time that is none', { localDateTime: 'yesterday' }, 'localDateTime'],
    ['a field that is too long', { authCode: 'A'.repeat(33) }, 'authCode'],
  ])('is rejected with the field named: %s', async (_what, more, field) => {
    const [result] = await shop.handOver(sale(more))
    expect(result).toMatchObject({
      status: 'rejected',
      code: 'slip_invalid',
      detail: expect.stringContaining(field),
    })
  })

  it.each([[null], [7], ['slip'], [[]], [{ slips: [] }]])('is rejected, whatever it is: %j', async (slip) => {
    expect(await shop.handOver(slip)).toMatchObject([
      { status: 'rejected', code: 'slip_invalid', slipUid: null },
    ])
  })

  it('takes what makers write differently: numbers for texts, blanks, empty fields', async () => {
    const slip = sale({ receiptNo: 77001, stan: 4711, tid: '00001234  ', rrn: '', scheme: 'MIR' })
    expect(statuses(await shop.handOver(slip))).toEqual(['stored'])
    const [row] = await rowByReceipt('77001')
    expect(row).toMatchObject({ tid: '00001234', rrn: null, scheme: 'mir' })
    expect(row?.content).toMatchObject({ stan: '4711' })
  })
})

describe('clocks', () => {
  const day = 86_400_000
  it.each([
    ['the year 2000', '2000-01-01T00:00:00Z', 'wrong_clock'],
    ['a day long before those that are kept', new Date(Date.now() - 200 * day).toISOString(), 'late'],
    ['a week ahead', new Date(Date.now() + 7 * day).toISOString(), 'wrong_clock'],
    ['a day that its month does not have', '2026-02-30T10:00:00Z', 'wrong_clock'],
    ['a date that does not exist', '0000-00-00T00:00:00', 'wrong_clock'],
    ['some days ago', new Date(Date.now() - 5 * day).toISOString(), null],
    ['an hour ahead', new Date(Date.now() + 3_600_000).toISOString(), 'wrong_clock'],
    ['some minutes ahead', new Date(Date.now() + 300_000).toISOString(), null],
  ])('that say %s: filed, and marked where they cannot be right', async (_what, localDateTime, timeMark) => {
    const slip = sale({ localDateTime })
    expect(statuses(await shop.handOver(slip))).toEqual(['stored'])
    const row = await rowOf(slip.slipUid)
    expect(row?.time_mark).toBe(timeMark)
    expect(row?.content.localDateTime).toBe(localDateTime)
    const filedAt = timeMark === null ? new Date(localDateTime) : (row?.received_at as Date)
    expect(row?.filed_at).toEqual(filedAt)
  })

  it('without a zone are in the zone of the settings', async () => {
    const slip = sale({ localDateTime: '2026-11-20T10:00:00' })
    await shop.handOver(slip)
    expect((await rowOf(slip.slipUid))?.filed_at).toEqual(new Date('2026-11-20T10:00:00Z'))
  })

  it('of days that are sealed file under the time of receipt, and the slip is still known when it comes again', async () => {
    const before = sale({ localDateTime: new Date(Date.now() - 3 * day).toISOString() })
    await shop.handOver(before)
    const today = new Date().toISOString().slice(0, 10)
    await database.sql`select psm_seal_eslips(${today}::text::date)`
    const late = sale({ localDateTime: new Date(Date.now() - 3 * day).toISOString() })
    expect(statuses(await shop.handOver(late, before))).toEqual(['stored', 'duplicate'])
    expect(await rowOf(late.slipUid)).toMatchObject({ time_mark: 'late' })
  })

  it('cannot seal a day that is not over', async () => {
    await expect(database.sql`select psm_seal_eslips(current_date + 1)`).rejects.toThrow('when they are over')
  })
})

describe('card numbers', () => {
  const PAN = '4111111111111111'
  it.each([
    ['in the printed lines', { text: { merchant: [`КАРТА ${PAN}`] } }],
    ['with blanks', { text: { customer: ['4111 1111 1111 1111'] } }],
    ['whole as pan', { pan: PAN }],
    ['as a number', { pan: Number(PAN) }],
    ['as a number in a text field', { orderId: Number(PAN) }],
    ['in a field of another purpose', { authCode: PAN }],
    ['in the cryptogram', { emv: { ac: PAN } }],
    ['in the name of the shop', { merchant: { name: `Shop ${PAN}` } }],
    ['as eight first digits', { pan: { first6: '411111111', last4: '1111', length: 16 } }],
  ])('are cut before anything is written, and the slip is marked: %s', async (_where, more) => {
    const slip = sale(more)
    expect(statuses(await shop.handOver(slip))).toEqual(['stored'])
    const row = await rowOf(slip.slipUid)
    expect(row?.had_pan).toBe(true)
    expect(JSON.stringify(row)).not.toMatch(/4111[ ]?1111[ ]?1/)
  })

  it('are no slipUid, and no error shows one', async () => {
    const answer = await shop.send(sale({ slipUid: PAN, authCode: `${PAN}${PAN}${PAN}` }))
    expect(answer.body.toString()).not.toContain(PAN)
    expect(answer.json<{ results: unknown[] }>().results).toMatchObject([
      { status: 'rejected', code: 'slip_invalid' },
    ])
  })

  it('leave a slip unmarked that has only their ends', async () => {
    const slip = sale()
    await shop.handOver(slip)
    expect(await rowOf(slip.slipUid)).toMatchObject({ had_pan: false, last4: '3456' })
  })

  it('cut do not make two slips of one', async () => {
    const slip = sale({ pan: PAN })
    expect(
      statuses(await shop.handOver(slip, { ...slip, pan: { first6: '411111', last4: '1111', length: 16 } })),
    ).toEqual(['stored', 'duplicate'])
  })
})

describe('stored slips', () => {
  it.each(['update', 'delete', 'truncate'])(
    'refuse the application their %s, by the name of their day too',
    async (way) => {
      const [{ day = '' } = {}] = await database.sql<{ day: string }[]>`
      select psm_eslip_day_table((now() at time zone 'UTC')::date) as day`
      const statement = (table: string) =>
        ({
          update: `update ${table} set amount = 0`,
          delete: `delete from ${table}`,
          truncate: `truncate ${table}`,
        })[way]
      for (const table of ['eslips', day, 'eslip_identities'])
        await expect(
          database.sql.unsafe(
            (statement(table) ?? '').replace('identities set amount = 0', 'identities set slip_id = null'),
          ),
        ).rejects.toMatchObject({ code: '42501' })
    },
  )

  it('are numbered in the order in which they can be seen', async () => {
    const [head] = await database.sql<{ head: number }[]>`select max(seq)::int as head from eslips`
    let isDone = false
    const storing = Promise.all(Array.from({ length: 20 }, () => shop.handOver(sale(), sale()))).then(() => {
      isDone = true
    })
    let last = head?.head ?? 0
    const seen = new Set<number>()
    while (!isDone) {
      const rows = await database.sql<
        { seq: number }[]
      >`select seq::int as seq from eslips where seq > ${last} order by seq limit 7`
      for (const { seq } of rows) seen.add(seq)
      last = rows.at(-1)?.seq ?? last
    }
    await storing
    const all = await database.sql<
      { seq: number }[]
    >`select seq::int as seq from eslips where seq > ${head?.head ?? 0} and seq <= ${last}`
    expect(all.map((one) => one.seq).filter((seq) => !seen.has(seq))).toEqual([])
  })
})

describe('what is known of the terminal', () => {
  it('flags a TID that is not its own, and takes the slip', async () => {
    const slip = sale({ tid: '99999999' })
    expect(statuses(await shop.handOver(slip))).toEqual(['stored'])
    expect(await rowOf(slip.slipUid)).toMatchObject({ has_other_tid: true, tid: '99999999' })
  })

  it('fills in the TID and MID where the slip has none', async () => {
    const slip = sale({ tid: undefined, mid: undefined })
    await shop.handOver(slip)
    const row = await rowOf(slip.slipUid)
    expect(row).toMatchObject({ has_other_tid: false, tid: '00001234', mid: '000000000001234' })
    expect(row?.content.tid).toBeUndefined()
  })
})

describe('whatever terminals send', () => {
  it('is answered for each slip, and never by a 5xx', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.oneof(
            fc.json().map((text) => JSON.parse(text)),
            fc.record({
              type: fc.constantFrom('sale', 'refund', 'x'),
              result: fc.constantFrom('approved', 3),
              amount: fc.oneof(fc.nat(), fc.double(), fc.string()),
              currency: fc.constantFrom('RUB', 'rub'),
              localDateTime: fc.oneof(fc.constant(new Date().toISOString()), fc.string()),
              slipUid: fc.oneof(fc.constant(randomUUID()), fc.string({ unit: 'binary' })),
              text: fc.record({ merchant: fc.array(fc.string({ unit: 'binary' })) }),
            }),
          ),
          { maxLength: 5 },
        ),
        async (slips) => {
          const answer = await shop.send(...slips)
          expect(answer.status).toBe(200)
          expect(answer.json<{ results: unknown[] }>().results).toHaveLength(slips.length)
        },
      ),
      { numRuns: 60 },
    )
  })
})
