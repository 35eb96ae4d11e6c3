import { type SQL, sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Ctx } from '../../../core/context'
import { momentText } from '../../../core/moment'
import { encodeCursor } from '../../../core/paging'
import { type Search, searchOf } from './filter'
import type { PosLogFilter } from './schemas'

/**
 * Finds entries, newest first, at hundreds of millions of them. As for slips every statement bounds its own work: it opens few
 * days, the newest first, and reads the index of the pickiest condition, else that of time, from the cursor on; STRIDE entries
 * at most are asked the other conditions. A page may come out short, with the place where the search goes on.
 */
export interface Position {
  atMs: number
  id: number
}

export interface FoundEntries {
  rows: Row[]
  nextCursor: string | null
  /** Where a short page has a cursor: down to which moment was looked. */
  searchedTo: string | null
}

/** An entry as it lies in the table, but for its bodies. */
export interface Row {
  atMs: number
  id: number
  lastMs: number
  count: number
  terminalId: string
  serial: string | null
  kind: string
  items: number | null
  about: string | null
  status: number
  code: string | null
  requestBytes: number
  answerBytes: number
  durationMs: number
  address: string
  isBrokenOff: boolean
  hasBodies: boolean
}

export interface Bounds {
  stride: number
  strides: number
}
const BOUNDS: Bounds = { stride: 10_000, strides: 5 }

/** Days that one statement opens at most: each takes a lock for its table and one for each index. */
const DAYS_AT_ONCE = 16
const DAY_MS = 86_400_000
/** Partitions go some hours after their days. */
const SPARE_DAYS = 2

export const NEWEST = sql.raw('l.at desc, l.id desc')
export const Cursor = z.tuple([z.number().int(), z.number().int()])

export const ROW_COLUMNS = sql.raw(`(extract(epoch from l.at) * 1000)::float8 as "atMs", l.id::float8 as id,
  (extract(epoch from l.last_at) * 1000)::float8 as "lastMs", l.count, l.terminal_id as "terminalId",
  (select t.serial from terminals t where t.id = l.terminal_id) as serial, l.kind, l.items, l.about, l.status, l.code,
  l.request_bytes::float8 as "requestBytes", l.answer_bytes::float8 as "answerBytes", l.duration_ms as "durationMs",
  l.address, l.is_broken_off as "isBrokenOff",
  l.request_body is not null or l.answer_body is not null as "hasBodies"`)

export async function findEntries(
  ctx: Ctx,
  filter: PosLogFilter,
  page: { after: Position | undefined; limit: number },
  bounds: Bounds = BOUNDS,
): Promise<FoundEntries> {
  const search = await searchOf(ctx, filter)
  if (search === undefined) return { rows: [], nextCursor: null, searchedTo: null }
  const rows: Row[] = []
  let budget = bounds.stride * bounds.strides
  for (const { fromMs, toMs } of windowsOf(ctx, filter, page.after)) {
    let after = page.after
    for (let isDone = false; !isDone; ) {
      if (budget <= 0) return { rows, ...goOnAt(after ?? { atMs: toMs, id: 0 }, true) }
      const wanted = page.limit - rows.length
      const along = alongOf(search, { fromMs, toMs, after }, bounds.stride)
      const found = await rowsOf(ctx, along, search, wanted + 1)
      rows.push(...found.slice(0, wanted))
      const last = rows.at(-1)
      if (found.length > wanted && last !== undefined) return { rows, ...goOnAt(last, false) }
      const isEnd = search.asked.length === 0 && found.length < bounds.stride
      const end = isEnd ? undefined : await endOf(ctx, along, bounds.stride)
      budget -= end === undefined ? found.length : bounds.stride
      isDone = end === undefined
      after = end
    }
  }
  return { rows, nextCursor: null, searchedTo: null }
}

function goOnAt({ atMs, id }: Position, isShort: boolean): Pick<FoundEntries, 'nextCursor' | 'searchedTo'> {
  return { nextCursor: encodeCursor([atMs, id]), searchedTo: isShort ? momentText(atMs) : null }
}

interface Window {
  fromMs: number
  toMs: number
}

/** The period in parts of few days, the newest first. */
function* windowsOf(ctx: Ctx, { from, to }: PosLogFilter, after: Position | undefined): Generator<Window> {
  const nowMs = ctx.clock.now().getTime()
  const oldestMs = Math.max(
    nowMs - (ctx.settings.monitoring.posLogDays + SPARE_DAYS) * DAY_MS,
    from === undefined ? 0 : Date.parse(from),
  )
  // A millisecond holds more than one entry.
  const ends = [nowMs + DAY_MS, ...(to === undefined ? [] : [Date.parse(to)])]
  if (after !== undefined) ends.push(after.atMs + 1)
  for (let toMs = Math.min(...ends); toMs > oldestMs; toMs -= DAYS_AT_ONCE * DAY_MS)
    yield { fromMs: Math.max(oldestMs, toMs - DAYS_AT_ONCE * DAY_MS), toMs }
}

function alongOf(search: Search, window: Window & { after: Position | undefined }, stride: number): SQL {
  const { fromMs, toMs, after } = window
  const follows =
    after === undefined
      ? sql`true`
      : sql`(l.at, l.id) < (${momentText(after.atMs)}::timestamptz, ${after.id})`
  return sql`select * from pos_log l where ${search.lead ?? sql`true`}
    and l.at >= ${momentText(fromMs)}::timestamptz and l.at < ${momentText(toMs)}::timestamptz and ${follows}
    order by ${NEWEST} limit ${stride}`
}

async function rowsOf(ctx: Ctx, along: SQL, { asked }: Search, limit: number): Promise<Row[]> {
  const holds = asked.length === 0 ? sql`true` : sql.join([...asked], sql` and `)
  return (await ctx.db.execute(
    sql`select ${ROW_COLUMNS} from (${along}) l where ${holds} order by ${NEWEST} limit ${limit}`,
  )) as unknown as Row[]
}

/** The last of a whole stride; undefined where there are no more. */
async function endOf(ctx: Ctx, along: SQL, stride: number): Promise<Position | undefined> {
  const [end] = (await ctx.db.execute(
    sql`select (extract(epoch from at) * 1000)::float8 as "atMs", id::float8 as id
      from (${along}) p order by at desc, id desc offset ${stride - 1} limit 1`,
  )) as unknown as Position[]
  return end
}
