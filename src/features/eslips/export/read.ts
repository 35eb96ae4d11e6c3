import { type SQL, sql } from 'drizzle-orm'
import type { Ctx, Visibility } from '../../../core/context'
import type { FiledSlip } from '../ingest'
import { conditionsOf, rowsOf, SLIP_COLUMNS, slipsWithin } from '../search'
import { numbersAfter } from './numbers'
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
  // Without conditions every number is a slip of the page; with them many are asked for one.
  const most = conditions.length === 0 ? page.limit : STRIDE
  const { windows, toSeq, hasMore } = await numbersAfter(ctx.sql, page.afterSeq, most)
  const rows: FiledSlip[] = []
  for (const window of windows) {
    const asked = [window.holds, sql`s.seq > ${page.afterSeq} and s.seq <= ${toSeq}`]
    const along = sql`select * from eslips s where ${sql.join(asked, sql` and `)} order by s.seq limit ${most}`
    const fits = conditions.length === 0 ? sql`true` : sql.join(conditions, sql` and `)
    rows.push(
      ...(await rowsOf(
        ctx,
        sql`select ${SLIP_COLUMNS} from (${along}) s where ${fits} order by s.seq limit ${page.limit + 1}`,
      )),
    )
  }
  rows.sort((one, other) => one.seq - other.seq)
  return rows.length > page.limit ? cut(rows, page.limit) : { rows, toSeq, hasMore }
}

function cut(rows: FiledSlip[], limit: number): ReadSlips {
  const shown = rows.slice(0, limit)
  return { rows: shown, toSeq: shown.at(-1)?.seq ?? 0, hasMore: true }
}
