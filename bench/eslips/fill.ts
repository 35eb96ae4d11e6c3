import path from 'node:path'
import { connect, type RawSql } from '../../src/db/client'
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../src/db/embedded'
import { migrate } from '../../src/db/migrate'
import { sampleSlips } from './requests'
import { COLUMNS, SAMPLES } from './rows'

const DAYS = 60
const DAY_MS = 86_400_000
export const SEARCHED_TERMINALS = 10_000
/** Merchants have so many terminals each. */
const TERMINALS_OF_ONE = 5

export interface Filled {
  server: EmbeddedPostgres
  /** Midnight after the last slip. */
  end: Date
}

/** A database for many slips, with none. */
export async function openForSlips(directory: string): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({
    directory,
    role: 'server',
    settings: { maintenance_work_mem: '256MB', max_wal_size: '8GB', shared_buffers: '1GB' },
  })
  await migrate(server.owner, path.resolve('drizzle'), server.app.user)
  return server
}

/**
 * A database with so many slips of 60 days, of ten thousand terminals of two thousand merchants. They are written by SQL, day
 * by day, and the indexes made when a day is whole; contents are those of simulated terminals, over and over.
 */
export async function fillSlips(directory: string, slips: number): Promise<Filled> {
  const server = await openForSlips(directory)
  const sql = connect(server.owner, { max: 1, applicationName: 'psm-bench-fill' })
  try {
    const known = await lastSlip(sql)
    if (known === undefined) await fill(sql, slips)
    const end = known ?? (await lastSlip(sql))
    if (end === undefined) throw new Error('There are no slips.')
    return { server, end: new Date(Math.ceil((end.getTime() + 1) / DAY_MS) * DAY_MS) }
  } finally {
    await sql.end()
  }
}

async function lastSlip(sql: RawSql): Promise<Date | undefined> {
  const [row] = await sql<{ last: Date | null }[]>`select max(filed_at) as last from eslips`
  return row?.last ?? undefined
}

async function fill(sql: RawSql, slips: number): Promise<void> {
  await drawSlips(sql)
  const perDay = Math.ceil(slips / DAYS)
  for (let day = 0; day < DAYS; day++) await fillDay(sql, day, perDay)
  await sql`vacuum analyze eslips`
  await sql`analyze`
}

/** What days are filled with: merchants, terminals, and contents that last as long as the connection. */
export async function drawSlips(sql: RawSql): Promise<void> {
  await sql`
    insert into merchants (id, name) select md5('merchant ' || n)::uuid, 'Merchant ' || n
    from generate_series(0, ${SEARCHED_TERMINALS / TERMINALS_OF_ONE - 1}::int) n`
  await sql`
    insert into terminals (id, serial, platform, state, merchant_id, enrolled_at)
    select md5('terminal ' || n)::uuid, 'BENCH' || lpad(n::text, 6, '0'), 'other', 'active',
      md5('merchant ' || n / ${TERMINALS_OF_ONE}::int)::uuid, now()
    from generate_series(0, ${SEARCHED_TERMINALS - 1}::int) n`
  await sql`create temporary table samples (n int, slip json)`
  const samples = sampleSlips('search', SAMPLES)
  for (let at = 0; at < samples.length; at += 200) {
    const some = samples.slice(at, at + 200).map((slip, n) => ({ n: at + n, slip }))
    await sql`insert into samples select n, slip from json_to_recordset(${JSON.stringify(some)}::text::json) as x(n int, slip json)`
  }
  await sql`create temporary table drawn as select n, slip as content, slip->>'type' as type, slip->>'result' as result,
    (slip->>'amount')::bigint as amount, slip->>'currency' as currency, slip->>'scheme' as scheme,
    lpad((n * 7 % 10000)::text, 4, '0') as last4 from samples`
  await sql`create unique index on drawn (n)`
  await sql`analyze drawn`
}

/**
 * Day 0 is 60 days ago, the last is yesterday: a day of which all has come.
 * @returns its date
 */
export async function fillDay(sql: RawSql, day: number, perDay: number): Promise<string> {
  const [names] = await sql<{ day: string; name: string }[]>`
    select d::date::text as day, psm_eslip_day_table(d::date) as name
    from (select (now() at time zone 'UTC')::date - ${DAYS - day}::int as d) x`
  const { day: date = '', name = '' } = names ?? {}
  await sql`drop table if exists ${sql(name)}`
  await sql`create table ${sql(name)} (like eslips including defaults including constraints)`
  await sql`
    insert into ${sql(name)} (merchant_id, ${sql.unsafe(COLUMNS)})
    select md5('merchant ' || t / ${TERMINALS_OF_ONE}::int)::uuid,
      (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '7' || substr(md5(random()::text), 1, 3) || '8'
        || substr(md5(random()::text), 1, 15))::uuid,
      at, md5('terminal ' || t)::uuid, gen_random_uuid(), gen_random_uuid(), at + interval '1 minute', false, false, d.type,
      d.result, d.amount, d.currency, lpad(t::text, 8, '0'), lpad((t / ${TERMINALS_OF_ONE}::int)::text, 15, '0'),
      lpad((${day}::bigint * ${perDay}::int + x.n)::text, 12, '6'), lpad((x.n * 31 % 1000000)::text, 6, '0'), (x.n % 9999)::text,
      d.last4, d.scheme, d.content
    from (
      select n, (n * 7919::bigint + ${day}::int) % ${SEARCHED_TERMINALS}::int as t,
        date_trunc('milliseconds', ${date}::timestamp at time zone 'UTC' + n * (interval '1 day' / ${perDay}::int)) as at
      from generate_series(0, ${perDay - 1}::int) n) x
    join drawn d on d.n = x.n * 13 % ${SAMPLES}::int`
  await sql`alter table eslips attach partition ${sql(name)}
    for values from (${sql.unsafe(`'${date} 00:00:00+00'`)}) to (${sql.unsafe(`'${date} 00:00:00+00'::timestamptz + interval '1 day'`)})`
  await sql`
    insert into eslip_hours (hour, currency, type, result, count, amount)
    select date_trunc('hour', filed_at, 'UTC'), currency, type, result, count(*), sum(amount) from ${sql(name)}
    group by 1, 2, 3, 4`
  return date
}
