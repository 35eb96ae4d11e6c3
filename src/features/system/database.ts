import type { Ctx } from '../../core/context'
import type { HealthView } from './schemas'

interface DatabaseFacts extends Omit<HealthView['database'], 'kind' | 'tables'> {
  longestTransactionSeconds: number
  clockDifferenceMs: number
}

/** How the database is, as far as the application's role may see. */
export async function askDatabase({ sql, clock }: Ctx): Promise<DatabaseFacts> {
  const askedAtMs = clock.now().getTime()
  const [row] = await sql<(Omit<DatabaseFacts, 'clockDifferenceMs'> & { nowMs: number })[]>`
    select current_setting('server_version') as version,
      pg_database_size(current_database())::float8 as "sizeBytes",
      (select count(*)::int from pg_stat_activity where backend_type = 'client backend') as connections,
      current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
        as "connectionLimit",
      coalesce((select extract(epoch from max(clock_timestamp() - xact_start))::float8 from pg_stat_activity
        where datname = current_database() and backend_type = 'client backend' and pid <> pg_backend_pid()), 0)
        as "longestTransactionSeconds",
      (extract(epoch from clock_timestamp()) * 1000)::float8 as "nowMs"`
  if (row === undefined) throw new Error('The database said nothing of itself.')
  const { nowMs, ...facts } = row
  return { ...facts, clockDifferenceMs: nowMs - (askedAtMs + clock.now().getTime()) / 2 }
}

const LARGEST = 10

/** The largest tables, each with its indexes and partitions. */
export async function largestTables({ sql }: Ctx): Promise<HealthView['database']['tables']> {
  const rows = await sql<{ name: string; sizeBytes: number }[]>`
    select coalesce(pg_partition_root(c.oid), c.oid)::regclass::text as name,
      sum(pg_total_relation_size(c.oid))::float8 as "sizeBytes"
    from pg_class c
    where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace
    group by 1 order by 2 desc, 1 limit ${LARGEST}`
  return [...rows]
}

/** Tables by day or month whose last partition ends within a day: what comes tomorrow would have no place. */
export async function tablesWithoutTomorrow({ sql, settings }: Ctx): Promise<string[]> {
  const rows = await sql<{ name: string }[]>`
    select p.relname as name
    from pg_partitioned_table t
    join pg_class p on p.oid = t.partrelid and p.relnamespace = 'public'::regnamespace
    left join pg_inherits i on i.inhparent = p.oid
    left join pg_class c on c.oid = i.inhrelid
    group by p.relname
    having coalesce(max(substring(pg_get_expr(c.relpartbound, c.oid) from 'TO \\(''([^'']+)''\\)')::timestamptz)
      < now() + interval '1 day', true)
    order by p.relname`
  const names = rows.map(({ name }) => name)
  return settings.monitoring.posLogDays === 0 ? names.filter((name) => name !== 'pos_log') : names
}
