import { readdirSync } from 'node:fs'
import path from 'node:path'
import { getTableColumns, getTableName, is } from 'drizzle-orm'
import { getTableConfig, type PgColumn, PgTable } from 'drizzle-orm/pg-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connect, type RawSql } from '../../src/db/client'
import { APPEND_ONLY_TABLES } from '../../src/db/migrate'
import { useTestDatabase } from '../support/postgres'

const FEATURES = path.resolve('src/features')
const NO_PRIVILEGE = '42501'
const RAW_TABLES = [
  'app_managed',
  'audit_head',
  'blob_copies',
  'blob_deletions',
  'change_feed',
  'eslip_archive_blobs',
  'eslip_horizon',
  'eslip_hours',
  'eslip_identities',
  'eslips',
  'terminal_latest_actions',
  'pos_log',
  'pos_log_gaps',
  'repeatable_writes',
]

const database = useTestDatabase()
const clients: Record<'app' | 'owner', RawSql> = {} as never
beforeAll(() => {
  for (const role of ['app', 'owner'] as const)
    clients[role] = connect(database[role], { max: 1, applicationName: 'psm-test-rules' })
})
afterAll(() => Promise.all(Object.values(clients).map((client) => client.end())))

const tables = await tablesOfAllSlices()

describe('the tables that the code knows', () => {
  it('are found', () => {
    expect(tables.map(getTableName)).toEqual(expect.arrayContaining(['terminals', 'audit_entries']))
  })

  it.each(tables.map((table) => [getTableName(table), table] as const))(
    '%s has the columns, types, emptiness and defaults of the migrated database',
    async (name, table) => {
      expect(describeTable(table)).toEqual(await describeMigrated(name))
      expect(keyOf(table)).toEqual(await migratedKey(name))
    },
  )

  it('are all that there are, but for those only functions and raw statements touch', async () => {
    const rows = await clients.app<{ name: string }[]>`
      select relname as name from pg_class
      where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition`
    expect(rows.map((row) => row.name).sort()).toEqual([...tables.map(getTableName), ...RAW_TABLES].sort())
  })
})

const CHANGES = ['update TABLE set seq = default', 'delete from TABLE', 'truncate TABLE']

describe('what is written once', () => {
  it.each(APPEND_ONLY_TABLES.flatMap((table) => CHANGES.map((change) => change.replace('TABLE', table))))(
    'refuses the application: %s',
    async (statement) => {
      await expect(clients.app.unsafe(statement)).rejects.toMatchObject({
        code: NO_PRIVILEGE,
        message: expect.stringMatching(/permission denied/),
      })
    },
  )

  // The feed's owner trims it; nobody trims the audit.
  it.each(CHANGES.map((change) => change.replace('TABLE', 'audit_entries')))(
    'refuses even its owner: %s',
    async (statement) => {
      await expect(clients.owner.unsafe(statement)).rejects.toMatchObject({
        code: NO_PRIVILEGE,
        message: 'audit_entries is append-only',
      })
    },
  )
})

describe('the application role', () => {
  it.each([
    'create table extra (id int)',
    'create schema extra',
    'create function extra() returns int language sql as $$ select 1 $$',
    'alter table terminals add column extra int',
    'alter table audit_entries disable trigger all',
    'drop table merchants',
    'drop trigger audit_entries_append_only on audit_entries',
    'create index extra on terminals (notes)',
    'create or replace function psm_refuse_change() returns trigger language plpgsql as $$ begin return null; end $$',
    'set session_replication_role = replica',
    'set role psm_owner',
    'insert into drizzle.__drizzle_migrations (hash) values (1)',
  ])('may not: %s', async (statement) => {
    await expect(clients.app.unsafe(statement)).rejects.toMatchObject({ code: NO_PRIVILEGE })
  })

  it('owns nothing and is no superuser', async () => {
    const [row] = await clients.app`
      select rolsuper, rolcreatedb, rolcreaterole, rolbypassrls,
        (select count(*)::int from pg_class where relowner = r.oid) as owned
      from pg_roles r where rolname = current_user`
    expect(row).toEqual({
      rolsuper: false,
      rolcreatedb: false,
      rolcreaterole: false,
      rolbypassrls: false,
      owned: 0,
    })
  })
})

describe('what runs as the owner, though the application calls it', () => {
  it('looks in the temporary schema last, where the application may put what it likes', async () => {
    const rows = await clients.owner<{ name: string; settings: string[] | null }[]>`
      select proname as name, proconfig as settings from pg_proc
      where pronamespace = 'public'::regnamespace and prosecdef`
    expect(rows.length).toBeGreaterThan(0)
    for (const { name, settings } of rows) expect(settings, name).toContain('search_path=public, pg_temp')
  })

  it('runs no trigger of a table planted there', async () => {
    await clients.app.unsafe(`
      create temp table change_feed (at timestamptz);
      grant all on change_feed to public;
      insert into change_feed values ('2000-01-01');
      create function pg_temp.climb() returns trigger language plpgsql as $$
        begin raise exception 'runs as %', current_user; end $$;
      create trigger climb before delete on change_feed for each row execute function pg_temp.climb()`)
    await expect(clients.app`select psm_trim_change_feed('1 day')`).resolves.toHaveLength(1)
    await clients.app`drop table pg_temp.change_feed`
  })
})

type Column = { type: string; isRequired: boolean; isFilled: boolean }

function describeTable(table: PgTable): Record<string, Column> {
  const columns = Object.values(getTableColumns(table)) as PgColumn[]
  return Object.fromEntries(
    columns.map((column) => [
      column.name,
      {
        type: catalogueType(column.getSQLType()),
        isRequired: column.notNull || column.primary,
        isFilled: column.hasDefault || column.generated !== undefined,
      },
    ]),
  )
}

/** Serial types are written as what they are in the catalogue. */
function catalogueType(type: string): string {
  return type.replace('bigserial', 'bigint').replace(/^serial/, 'integer')
}

async function describeMigrated(name: string): Promise<Record<string, Column>> {
  const rows = await clients.app<(Column & { name: string })[]>`
    select a.attname as name, format_type(a.atttypid, a.atttypmod) as type, a.attnotnull as "isRequired",
      a.atthasdef or a.attidentity <> '' as "isFilled"
    from pg_attribute a
    where a.attrelid = to_regclass(${`public.${name}`}) and a.attnum > 0 and not a.attisdropped`
  return Object.fromEntries(rows.map(({ name, ...column }) => [name, column]))
}

function keyOf(table: PgTable): string[] {
  const { primaryKeys, columns } = getTableConfig(table)
  return (primaryKeys[0]?.columns ?? columns.filter((column) => column.primary)).map((one) => one.name).sort()
}

async function migratedKey(name: string): Promise<string[]> {
  const rows = await clients.app<{ name: string }[]>`
    select attname as name from pg_index join pg_attribute on attrelid = indrelid and attnum = any(indkey)
    where indrelid = to_regclass(${`public.${name}`}) and indisprimary`
  return rows.map((row) => row.name).sort()
}

async function tablesOfAllSlices(): Promise<PgTable[]> {
  const files = readdirSync(FEATURES, { recursive: true, encoding: 'utf8' })
    .filter((file) => path.basename(file) === 'tables.ts')
    .sort()
  const modules = await Promise.all(
    files.map((file) => import(path.join(FEATURES, file)) as Promise<Record<string, unknown>>),
  )
  return modules.flatMap((module) => Object.values(module).filter((one): one is PgTable => is(one, PgTable)))
}
