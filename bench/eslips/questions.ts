import type { Ctx } from '../../src/core/context'
import { getSlip } from '../../src/features/eslips/export/details'
import { searchSlips, totalSlips } from '../../src/features/eslips/search'
import { SEARCHED_TERMINALS } from './fill'

export interface Question {
  name: string
  /** The verb as the page calls it; answers rows. The number makes each asking another. */
  ask(n: number): Promise<number>
  /** The plainest statement that finds the same by the same indexes. */
  bare(n: number): Promise<number>
}

type Filter = Omit<Parameters<typeof searchSlips>[1], 'cursor' | 'limit'>

const LIMIT = 50
const DAY_MS = 86_400_000

/** What an operator looks for on a day. */
export function questionsOf(ctx: Ctx, end: Date, slips: number): Question[] {
  const ago = (days: number) => new Date(end.getTime() - days * DAY_MS).toISOString()
  const pad = (n: number, digits: number, filler = '0') => String(n).padStart(digits, filler)
  const terminal = (n: number) => (n * 7_919) % SEARCHED_TERMINALS
  const any = (n: number) => Math.floor((slips * ((n * 0.618_034) % 1)) % slips)

  const search = (name: string, filterOf: (n: number) => Filter, where: string): Question => ({
    name,
    ask: async (n) => (await searchSlips(ctx, { ...filterOf(n), limit: LIMIT })).items.length,
    bare: async (n) => {
      const { from, to, ...rest } = filterOf(n) as Record<string, string | number>
      const values = [from ?? '2020-01-01', to ?? '2100-01-01', ...Object.values(rest)]
      return Math.min(LIMIT, (await ctx.sql.unsafe(bareSearch(where), values, { prepare: true })).length)
    },
  })

  return [
    search('the newest of a day', () => ({ from: ago(1), to: ago(0) }), ''),
    search('the newest, without a period', () => ({}), ''),
    search('a page in the middle', (n) => ({ to: ago(((n * 7) % 50) + 1) }), ''),
    search('TID, a month', (n) => ({ from: ago(30), tid: pad(terminal(n), 8) }), 's.tid = $3'),
    search('MID, a week', (n) => ({ from: ago(7), mid: pad(terminal(n) % 2_000, 15) }), 's.mid = $3'),
    search('RRN', (n) => ({ rrn: pad(any(n), 12, '6') }), 's.rrn = $3'),
    search('RRN that is nowhere', (n) => ({ rrn: `X${n}` }), 's.rrn = $3'),
    search('authorisation code', (n) => ({ authCode: pad(any(n) % 1_000_000, 6) }), 's.auth_code = $3'),
    search(
      'receipt no. and TID',
      (n) => ({ tid: pad(terminal(n), 8), receiptNo: String(any(n) % 9_999) }),
      's.tid = $3 and s.receipt_no = $4',
    ),
    search(
      'last four digits, a month',
      (n) => ({ from: ago(30), last4: pad((any(n) * 7) % 10_000, 4) }),
      's.last4 = $3',
    ),
    search(
      'last four digits and an amount',
      (n) => ({ from: ago(30), last4: pad((any(n) * 7) % 10_000, 4), amountFrom: 10_000, amountTo: 90_000 }),
      's.last4 = $3 and s.amount >= $4 and s.amount <= $5',
    ),
    search(
      'amount from and to, a day',
      () => ({ from: ago(1), amountFrom: 10_000, amountTo: 20_000 }),
      's.amount >= $3 and s.amount <= $4',
    ),
    search('declined, a day', () => ({ from: ago(1), result: 'declined' }), 's.result = $3'),
    search('refunds, a week', () => ({ from: ago(7), type: 'refund' }), 's.type = $3'),
    search(
      'scheme and result, a week',
      () => ({ from: ago(7), scheme: 'unionpay', result: 'declined' }),
      's.scheme = $3 and s.result = $4',
    ),
    totals('sums of a day', ctx, () => ({ from: ago(1), to: ago(0) })),
    totals('sums of 30 days', ctx, () => ({ from: ago(30), to: ago(0) })),
    {
      name: 'one slip and its neighbours',
      ask: async (n) => {
        const slipId = await idOf(ctx, pad(any(n), 12, '6'))
        return (await getSlip(ctx, { slipId })).id === slipId ? 1 : 0
      },
      bare: async (n) => {
        const slipId = await idOf(ctx, pad(any(n), 12, '6'))
        const filedAt = momentOf(slipId)
        const [slip] = await ctx.sql<{ terminal_id: string }[]>`
          select * from eslips where filed_at = ${filedAt} and id = ${slipId}`
        const of = ctx.sql`terminal_id = ${slip?.terminal_id ?? ''}`
        await ctx.sql`select id from eslips where ${of} and (filed_at, id) < (${filedAt}, ${slipId}::uuid)
          and filed_at <= ${filedAt} order by filed_at desc, id desc limit 1`
        await ctx.sql`select id from eslips where ${of} and (filed_at, id) > (${filedAt}, ${slipId}::uuid)
          and filed_at >= ${filedAt} order by filed_at, id limit 1`
        return slip === undefined ? 0 : 1
      },
    },
  ]
}

const BARE_COLUMNS = `s.*, (select t.serial from terminals t where t.id = s.terminal_id) as serial,
  (select m.name from merchants m where m.id = s.merchant_id) as merchant_name`

function bareSearch(where: string): string {
  return `select ${BARE_COLUMNS} from eslips s where s.filed_at >= $1::timestamptz and s.filed_at < $2::timestamptz
    ${where === '' ? '' : `and ${where}`} order by s.filed_at desc, s.id desc limit ${LIMIT + 1}`
}

function totals(name: string, ctx: Ctx, periodOf: () => { from: string; to: string }): Question {
  return {
    name,
    ask: async () => (await totalSlips(ctx, periodOf())).groups.length,
    bare: async () => {
      const { from, to } = periodOf()
      const rows = await ctx.sql`
        select currency, type, result, sum(count)::float8, sum(amount)::float8 from eslip_hours
        where hour >= ${from}::timestamptz and hour < ${to}::timestamptz group by 1, 2, 3`
      return rows.length
    },
  }
}

async function idOf(ctx: Ctx, rrn: string): Promise<string> {
  const [row] = await ctx.sql<{ id: string }[]>`select id from eslips where rrn = ${rrn}`
  return row?.id ?? ''
}

const momentOf = (id: string) => new Date(Number.parseInt(id.slice(0, 13).replace('-', ''), 16))
