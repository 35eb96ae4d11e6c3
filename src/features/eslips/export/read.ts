import { type SQL, sql } from 'drizzle-orm'
import type { Ctx, Visibility } from '../../../core/context'
import type { FiledSlip } from '../ingest'
import { conditionsOf, rowsOf, SLIP_COLUMNS, slipsWithin } from '../search'
import type { PullFilter } from './schemas'

/** Slips that are asked at most for one page. */
const STRIDE = 10_000

export interface ReadSlips {
  rows: FiledSlip[]
  /** Everything up to this number has been looked at. */
  toSeq: number
  hasMore: boolean
}

/**
 * Slips above a number, in the order of their numbers, which is the order of their commits (drizzle/0010_eslips.sql): who
 * reads on from `toSeq` misses none. A page may be short, or empty, though more follow.
 */
export async function readSlips(
  ctx: Ctx,
  filter: PullFilter,
  page: { afterSeq: number; limit: number },
  visibility: Visibility,
): Promise<ReadSlips> {
  const conditions: SQL[] = conditionsOf(filter).map((one) => one.holds)
  const visible = slipsWithin(visibility)
  if (visible !== undefined) conditions.push(visible)
  if (conditions.length === 0) return readAll(ctx, page)
  // First how far is looked: what is committed meanwhile has higher numbers, and is left to the next page.
  const end = await endOfStride(ctx, page.afterSeq)
  const rows = await read(
    ctx,
    sql`select * from eslips x where x.seq > ${page.afterSeq} and x.seq <= ${end.toSeq} order by x.seq limit ${STRIDE}`,
    sql`where ${sql.join(conditions, sql` and `)} order by s.seq limit ${page.limit + 1}`,
  )
  return rows.length > page.limit ? cut(rows, page.limit) : { rows, ...end }
}

async function readAll(
  ctx: Ctx,
  { afterSeq, limit }: { afterSeq: number; limit: number },
): Promise<ReadSlips> {
  const rows = await read(
    ctx,
    sql`select * from eslips x where x.seq > ${afterSeq} order by x.seq limit ${limit + 1}`,
    sql`order by s.seq`,
  )
  if (rows.length > limit) return cut(rows, limit)
  return { rows, toSeq: rows.at(-1)?.seq ?? afterSeq, hasMore: false }
}

const read = (ctx: Ctx, along: SQL, rest: SQL) =>
  rowsOf(ctx, sql`select ${SLIP_COLUMNS} from (${along}) s ${rest}`)

function cut(rows: FiledSlip[], limit: number): ReadSlips {
  const shown = rows.slice(0, limit)
  return { rows: shown, toSeq: shown.at(-1)?.seq ?? 0, hasMore: true }
}

async function endOfStride(ctx: Ctx, afterSeq: number): Promise<{ toSeq: number; hasMore: boolean }> {
  const [end] = (await ctx.db.execute(
    sql`select max(seq)::float8 as "toSeq", count(*)::int as count from (
      select seq from eslips where seq > ${afterSeq} order by seq limit ${STRIDE}) w`,
  )) as unknown as { toSeq: number | null; count: number }[]
  return { toSeq: end?.toSeq ?? afterSeq, hasMore: end?.count === STRIDE }
}
