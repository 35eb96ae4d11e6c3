import { type SQL, sql } from 'drizzle-orm'
import type { Ctx } from '../../../core/context'
import { inTransaction } from '../../../core/verb'
import type { Database } from '../../../db/client'
import { IN_SERVICE, soonOf } from '../status'
import { DIMENSIONS, type Dimension, type Moment, type Value } from './dimensions'
import { isOfScope, type Scope } from './scope'

/** Values of one chart that are told one by one, the most frequent first; the others are summed up. */
export const VALUES_MAX = 50
/** Of what a dimension is counted for separately, such as components; the most frequent ones. */
export const SUBJECTS_MAX = 30

/** How a scope stands, as it is kept. */
export interface Counts {
  terminals: number
  /** Neither retired nor revoked. */
  inService: number
  charts: CountedChart[]
}

interface CountedChart {
  dimension: string
  /** Of which component, and the like; null where there is only one chart. */
  subject: string | null
  /** Of all values together. */
  terminals: number
  /** How many values there are, those not told among them. */
  kinds: number
  values: { value: Value; terminals: number }[]
}

const LONGEST_MS = 300_000
/** A hash of this size holds every value of an ordinary fleet; the usual one would be written to disk. */
const WORK_MEMORY = '64MB'

/** Counts a scope of any size, as of one moment: for jobs. */
export function countScope(ctx: Ctx, scope: Scope): Promise<Counts> {
  return inTransaction(ctx, async (within) => {
    await within.db.execute(sql`set transaction isolation level repeatable read`)
    await within.db.execute(sql`select set_config('statement_timeout', ${String(LONGEST_MS)}, true),
      set_config('work_mem', ${WORK_MEMORY}, true)`)
    const fromAll = ALL_OF_MANY(momentOf(ctx))
    return count(within, { from: OF_MANY, fromAll, where: isOfScope(scope) })
  })
}

/** Counts a scope whose terminals are among the few ids that `source` gives: at once. */
export function countFew(ctx: Ctx, scope: Scope, source: SQL): Promise<Counts> {
  return count(ctx, { from: OF_FEW(source), fromAll: ALL_OF_FEW(source), where: isOfScope(scope) })
}

const momentOf = (ctx: Ctx): Moment => {
  const now = ctx.clock.now()
  return { now, soon: soonOf(now), lateIntervals: ctx.settings.terminals.lateIntervals }
}

/** The terminals with what they say of themselves. */
const OF_MANY = sql`from terminals left join terminal_status s on s.terminal_id = terminals.id`
/** And with everything else a dimension may ask of a terminal. */
const ALL_OF_MANY = ({ soon }: Moment) => sql`${OF_MANY}
  left join terminal_presence p on p.terminal_id = terminals.id
  left join terminal_license_gaps y on y.terminal_id = terminals.id
  left join (select l.serial, l.platform, min(l.valid_until) as ends from licenses l
    where l.state = 'current' and l.valid_until <= ${soon.toISOString()}::timestamptz group by 1, 2) e
    on e.serial = terminals.serial and e.platform = terminals.platform
  left join terminal_latest_actions u on u.terminal_id = terminals.id and u.kind = 'update'`

/** The same looked up row by row: a lateral row with a limit is never joined in any other way (see status/find.ts). */
const OF_FEW = (ids: SQL) => sql`from (${ids}) w
  cross join lateral (select * from terminals x where x.id = w.id limit 1) terminals
  left join lateral (select * from terminal_status x where x.terminal_id = w.id limit 1) s on true`
const ALL_OF_FEW = (ids: SQL) => sql`${OF_FEW(ids)}
  left join lateral (select * from terminal_presence x where x.terminal_id = w.id limit 1) p on true
  left join lateral (select * from terminal_license_gaps x where x.terminal_id = w.id limit 1) y on true
  left join lateral (select min(l.valid_until) as ends from licenses l
    where l.serial = terminals.serial and l.platform = terminals.platform and l.state = 'current' limit 1) e on true
  left join lateral (select * from terminal_latest_actions x
    where x.terminal_id = w.id and x.kind = 'update' limit 1) u on true`

interface Source {
  /** Rows `terminals` and `s`. */
  from: SQL
  /** Rows `p`, `y`, `e` and `u` besides. */
  fromAll: SQL
  where: SQL
}

async function count(ctx: Ctx, source: Source): Promise<Counts> {
  const { totals, charts } = await countColumns(ctx.db, source, momentOf(ctx))
  for (const one of DIMENSIONS)
    if ('rows' in one)
      charts.push(
        ...(await countRows(ctx.db, one, { ...source, where: sql`${source.where} and ${IN_SERVICE}` })),
      )
  const place = new Map(DIMENSIONS.map(({ id }, at) => [id, at]))
  charts.sort((a, b) => (place.get(a.dimension) ?? 0) - (place.get(b.dimension) ?? 0))
  return { ...totals, charts }
}

type OfColumns = Extract<Dimension, { columns: unknown }>
type OfRows = Extract<Dimension, { rows: unknown }>

/** All dimensions of the terminal's own row in one reading of the terminals. */
async function countColumns(db: Database, { fromAll, where }: Source, at: Moment) {
  const dimensions = DIMENSIONS.filter((one): one is OfColumns => 'columns' in one)
  let width = 0
  const placed = dimensions.map((dimension) => {
    const columns = dimension.columns(at)
    const first = width
    width += columns.length
    return { dimension, columns, first }
  })
  const name = (index: number) => sql.raw(`c${index}`)
  const namesOf = ({ first, columns }: (typeof placed)[number]) => columns.map((_, n) => name(first + n))
  const all = Array.from({ length: width }, (_, index) => name(index))
  // PostgreSQL tells the set a row belongs to by a bit for each column that is not in it, the last column's lowest.
  const maskOf = (own: readonly number[]) =>
    all.reduce((mask, _, index) => (own.includes(index) ? mask : mask + 2 ** (width - 1 - index)), 0)
  const masks = placed.map(({ first, columns }) => maskOf(columns.map((_, n) => first + n)))
  const ofAll = masks.filter((_, index) => dimensions[index]?.isOfAll === true)
  const totalMask = maskOf([])
  const rows = await db.execute<{
    mask: number
    values: (string | null)[]
    terminals: number
    everyone: number
    kinds: number
    total: number
  }>(sql`
    select mask, jsonb_build_array(${sql.join(all, sql`, `)}) as values, terminals, everyone, kinds, total from (
      select r.*, row_number() over (partition by mask order by terminals desc, ${sql.join(all, sql`, `)}) as place,
        count(*) over (partition by mask)::int as kinds, sum(terminals) over (partition by mask)::int as total
      from (
        select g.*, case when mask = any(${sql.param(ofAll)}::int[]) then everyone else serving end as terminals from (
          select grouping(${sql.join(all, sql`, `)}) as mask, ${sql.join(all, sql`, `)},
            count(*)::int as everyone, count(*) filter (where serving)::int as serving
          from (select ${sql.join(
            placed.flatMap((one) => one.columns.map((column, n) => sql`${column} as ${name(one.first + n)}`)),
            sql`, `,
          )}, ${IN_SERVICE} as serving ${fromAll} where ${where}) f
          group by grouping sets (${sql.join(
            placed.map((one) => sql`(${sql.join(namesOf(one), sql`, `)})`),
            sql`, `,
          )}, ())) g) r
      where terminals > 0 or mask = ${totalMask}) q
    where place <= ${VALUES_MAX} order by mask, place`)
  const charts = placed.flatMap(({ dimension, columns, first }, index): CountedChart[] => {
    const own = rows.filter(({ mask }) => mask === masks[index])
    const values = own.map((row) => ({
      value: row.values.slice(first, first + columns.length),
      terminals: row.terminals,
    }))
    return [chartOf(dimension.id, null, values, own[0])]
  })
  const total = rows.find(({ mask }) => mask === totalMask)
  return { totals: { terminals: total?.everyone ?? 0, inService: total?.terminals ?? 0 }, charts }
}

/** What a terminal has several of. */
async function countRows(db: Database, dimension: OfRows, source: Source): Promise<CountedChart[]> {
  const rows = await db.execute<{
    subject: string | null
    value: string
    terminals: number
    kinds: number
    total: number
  }>(sql`
    select subject, value, terminals, kinds, total from (
      select q.*, dense_rank() over (order by total desc, subject) as subject_place from (
        select r.*, row_number() over (partition by subject order by terminals desc, value) as place,
          count(*) over (partition by subject)::int as kinds, sum(terminals) over (partition by subject)::int as total
        from (${dimension.rows(source)}) r) q) w
    where place <= ${VALUES_MAX} and subject_place <= ${SUBJECTS_MAX} order by subject_place, place`)
  const bySubject = new Map<string | null, (typeof rows)[number][]>()
  for (const row of rows) bySubject.set(row.subject, [...(bySubject.get(row.subject) ?? []), row])
  if (rows.length === 0) return [chartOf(dimension.id, null, [], undefined)]
  return [...bySubject].map(([subject, own]) =>
    chartOf(
      dimension.id,
      subject,
      own.map(({ value, terminals }) => ({ value: [value], terminals })),
      own[0],
    ),
  )
}

const chartOf = (
  dimension: string,
  subject: string | null,
  values: CountedChart['values'],
  first: { kinds: number; total: number } | undefined,
): CountedChart => ({ dimension, subject, terminals: first?.total ?? 0, kinds: first?.kinds ?? 0, values })
