import { sql } from 'drizzle-orm'
import { type Ctx, visibilityOf } from '../../../core/context'
import { momentText } from '../../../core/moment'
import { decodeCursor } from '../../../core/paging'
import { query } from '../../../core/verb'
import { noteHandover } from '../../audit'
import { isVisible, terminalNotFound } from '../../terminals'
import { entryNotFound } from './errors'
import { visibleEntries } from './filter'
import { Cursor, findEntries, NEWEST, ROW_COLUMNS, type Row } from './find'
import { SUMMARY_MAX_ROWS } from './lists'
import {
  ListPosLogInput,
  PosLogEntryRef,
  type PosLogFilter,
  type PosLogGap,
  type PosLogSummary,
  PosLogSummaryInput,
} from './schemas'
import { positionOf, viewOf } from './views'

/** Holes that are shown within one page. */
const MOST_GAPS = 100

/** What terminals asked and were answered, newest first, with the holes of the log within the page. */
export const listPosLog = query(
  { permission: 'pos-log:read', input: ListPosLogInput },
  async (ctx, { cursor, limit, ...filter }) => {
    const [atMs, id] = cursor === undefined ? [] : decodeCursor(cursor, Cursor)
    const after = atMs === undefined || id === undefined ? undefined : { atMs, id }
    const { rows, nextCursor, searchedTo } = await findEntries(ctx, filter, { after, limit })
    const oldest = nextCursor === null ? undefined : (searchedTo ?? momentText(rows.at(-1)?.atMs ?? 0))
    const period = {
      from: oldest ?? filter.from,
      to: after === undefined ? filter.to : momentText(after.atMs),
    }
    return { items: rows.map(viewOf), gaps: await findGaps(ctx, period), nextCursor, searchedTo }
  },
)

/** Holes that end within a period: each is on one page. */
export async function findGaps(
  ctx: Ctx,
  { from, to }: Pick<PosLogFilter, 'from' | 'to'>,
): Promise<PosLogGap[]> {
  const seesAll = visibilityOf(ctx.actor).kind === 'all'
  const rows = (await ctx.db.execute(sql`
    select (extract(epoch from from_at) * 1000)::float8 as "fromMs", (extract(epoch from to_at) * 1000)::float8 as "toMs",
      dropped::float8 as dropped
    from pos_log_gaps where to_at >= ${from ?? '-infinity'}::timestamptz and to_at < ${to ?? 'infinity'}::timestamptz
    order by to_at desc limit ${MOST_GAPS}`)) as unknown as {
    fromMs: number
    toMs: number
    dropped: number
  }[]
  return rows.map(({ fromMs, toMs, dropped }) => ({
    from: momentText(fromMs),
    to: momentText(toMs),
    dropped: seesAll ? dropped : null,
  }))
}

/** One entry with what may be kept of its bodies. The audit log tells who read those. */
export const getPosLogEntry = query(
  { permission: 'pos-log:read', input: PosLogEntryRef },
  async (ctx, { entryId }) => {
    const position = positionOf(entryId)
    if (position === undefined) throw entryNotFound()
    type Whole = Row & { requestId: string; requestBody: string | null; answerBody: string | null }
    const [row] = (await ctx.db.execute(sql`
      select ${ROW_COLUMNS}, l.request_id as "requestId", l.request_body as "requestBody", l.answer_body as "answerBody"
      from pos_log l where l.at = ${momentText(position.atMs)}::timestamptz and l.id = ${position.id}
        and ${visibleEntries(ctx) ?? sql`true`}`)) as unknown as Whole[]
    if (row === undefined) throw entryNotFound()
    const { requestId, requestBody, answerBody, ...rest } = row
    const view = viewOf(rest)
    if (requestBody !== null || answerBody !== null)
      await noteHandover(ctx, {
        action: 'pos_log.viewed',
        subject: { kind: 'pos_log_entry', id: entryId, label: view.serial ?? entryId },
        after: { at: view.at, kind: view.kind },
      })
    return { ...view, requestId, requestBody, answerBody }
  },
)

/** How a terminal has fared: its requests of a period by what they were answered, the most frequent first. */
export const summarisePosLog = query(
  { permission: 'pos-log:read', input: PosLogSummaryInput },
  async (ctx, { terminalId, from, to }): Promise<PosLogSummary> => {
    if (!(await isVisible(ctx.db, ctx, terminalId))) throw terminalNotFound()
    const rows = (await ctx.db.execute(sql`
      select kind, status, code, sum(count)::float8 as count, count(*)::float8 as entries,
        (extract(epoch from min(at)) * 1000)::float8 as "firstMs", (extract(epoch from max(last_at)) * 1000)::float8 as "lastMs"
      from (select * from pos_log l where l.terminal_id = ${terminalId}
        and l.at >= ${from ?? '-infinity'}::timestamptz and l.at < ${to ?? 'infinity'}::timestamptz
        order by ${NEWEST} limit ${SUMMARY_MAX_ROWS}) l
      group by kind, status, code order by sum(count) desc, kind, status, code`)) as unknown as (Omit<
      PosLogSummary['groups'][number],
      'firstAt' | 'lastAt'
    > & { entries: number; firstMs: number; lastMs: number })[]
    return {
      groups: rows.map(({ kind, status, code, count, firstMs, lastMs }) => ({
        ...{ kind, status, code, count },
        firstAt: momentText(firstMs),
        lastAt: momentText(lastMs),
      })),
      isWhole: rows.reduce((sum, { entries }) => sum + entries, 0) < SUMMARY_MAX_ROWS,
    }
  },
)
