import type { RawQuery } from '../client'

/** A table that holds rows itself: an ordinary one, or a partition. */
export interface TableShape {
  name: string
  /** In their order, but for those that the database computes. */
  columns: string[]
  partition: Partition | null
}

export interface Partition {
  of: string
  /** `FOR VALUES FROM … TO …`, in UTC. */
  bound: string
  /** Storage parameters, `fillfactor=90`. */
  options: string[]
}

export interface SequenceState {
  name: string
  /** The last number that was given out; null where none was. */
  last: string | null
}

/** A row of Drizzle's own table. */
export interface AppliedMigration {
  hash: string
  createdAt: string
}

/** Renderings must not depend on a server's settings; and nothing here ends because it takes long. */
export const PLAIN_SETTINGS = `
  set local timezone = 'UTC';
  set local datestyle = 'ISO, YMD';
  set local intervalstyle = 'postgres';
  set local bytea_output = 'hex';
  set local extra_float_digits = 1;
  set local statement_timeout = 0;
  set local lock_timeout = 0;
  set local idle_in_transaction_session_timeout = 0;`

/** Of the schema public, without what belongs to extensions. */
export async function readTables(sql: RawQuery): Promise<TableShape[]> {
  const rows = await sql<
    { name: string; columns: string[]; parent: string | null; bound: string | null; options: string[] }[]
  >`
    select c.relname::text as name, p.relname::text as parent, pg_get_expr(c.relpartbound, c.oid) as bound,
      coalesce(c.reloptions, '{}')::text[] as options,
      array(select a.attname::text from pg_attribute a
        where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' order by a.attnum) as columns
    from pg_class c
      left join pg_inherits i on i.inhrelid = c.oid
      left join pg_class p on p.oid = i.inhparent
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and not ${isOfExtension(sql)}
    order by c.relname collate "C"`
  return rows.map(({ name, columns, parent, bound, options }) => ({
    name,
    columns,
    partition: parent === null ? null : { of: parent, bound: bound ?? '', options },
  }))
}

export async function readSequences(sql: RawQuery): Promise<SequenceState[]> {
  return sql<SequenceState[]>`
    select sequencename::text as name, last_value::text as last from pg_sequences
    where schemaname = 'public' order by sequencename collate "C"`
}

/** In the order in which they were applied; none where there are no tables of ours. */
export async function readApplied(sql: RawQuery): Promise<AppliedMigration[]> {
  const [room] = await sql`select to_regclass('drizzle.__drizzle_migrations') is not null as "isThere"`
  if (!room?.isThere) return []
  return sql<AppliedMigration[]>`
    select hash, created_at::text as "createdAt" from drizzle.__drizzle_migrations order by created_at`
}

/** Names of whatever is in the schema public, or left of our migrations. */
export async function readContents(sql: RawQuery): Promise<string[]> {
  const rows = await sql<{ name: string }[]>`
    select c.relname::text as name from pg_class c
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm', 'S', 'f')
      and not ${isOfExtension(sql)}
    union all select 'drizzle.__drizzle_migrations' where to_regclass('drizzle.__drizzle_migrations') is not null
    order by 1`
  return rows.map(({ name }) => name)
}

const isOfExtension = (sql: RawQuery) => sql`
  exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')`
