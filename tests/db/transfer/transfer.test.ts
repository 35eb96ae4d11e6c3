import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ConnectionTarget, connect } from '../../../src/db/client'
import { migrate } from '../../../src/db/migrate'
import { MIGRATION_LOCK, wordsOfAwaited } from '../../../src/db/migration-lock'
import { copyOut } from '../../../src/db/transfer/copy'
import { type Contents, compareDatabase, loadDatabase } from '../../../src/db/transfer/load'
import type { RowSum } from '../../../src/db/transfer/row-digest'
import { type Snapshot, withSnapshot } from '../../../src/db/transfer/snapshot'
import { putOneOfEverything } from '../../support/one-of-everything'
import { useEmptyDatabases, useTestDatabase } from '../../support/postgres'
import { job, makeCtx, makeServices } from '../../support/services'

const database = useTestDatabase()
const emptyDatabase = useEmptyDatabases()

beforeAll(async () => {
  await putOneOfEverything(makeCtx(await makeServices(database), job()))
  const awkward = [
    'back\\slash',
    'tab\there',
    'line\nbreak',
    '\\N',
    '\\.',
    'quote\' "',
    'Ящерица 🦎',
    '',
    '\\\\n',
  ]
  for (const [at, name] of awkward.entries())
    await database.sql`insert into merchants (id, name, external_id) values (gen_random_uuid(), ${name}, ${`A${at}`})`
  // A day long gone, which no migration makes.
  await database.sql`select psm_ensure_pos_log_day(current_date - 40)`
  // Gives its rights to what has come since, as each start of a server does.
  await migrate(database.owner, 'drizzle', 'psm_app')
})

const contentsOf = (snapshot: Snapshot, more: Partial<Contents> = {}): Contents => ({
  ...snapshot,
  open: (table) => copyOut(snapshot.sql, table),
  expected: () => undefined,
  ...more,
})

const copyTo = (owner: ConnectionTarget, more: (snapshot: Snapshot) => Partial<Contents> = () => ({})) =>
  withSnapshot(database.owner, (snapshot) =>
    loadDatabase(owner, 'drizzle', contentsOf(snapshot, more(snapshot))),
  )

/** Whatever makes a schema, as PostgreSQL itself describes it. */
async function describeSchema(target: ConnectionTarget): Promise<Record<string, unknown>> {
  const sql = connect(target, { max: 1, applicationName: 'psm-test' })
  const described: Record<string, unknown> = {}
  for (const [what, statement] of Object.entries({
    columns: `select c.relname::text, a.attname::text, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity::text,
      a.attgenerated::text, pg_get_expr(d.adbin, d.adrelid), a.attcollation::regcollation::text
      from pg_attribute a join pg_class c on c.oid = a.attrelid left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
      where c.relnamespace = 'public'::regnamespace and a.attnum > 0 and not a.attisdropped`,
    tables: `select relname::text, relkind::text, relpersistence::text, reloptions::text, pg_get_expr(relpartbound, oid),
      relowner::regrole::text from pg_class where relnamespace = 'public'::regnamespace`,
    indexes: `select indexname::text, indexdef from pg_indexes where schemaname = 'public'`,
    constraints: `select conrelid::regclass::text, conname::text, pg_get_constraintdef(oid), convalidated
      from pg_constraint where connamespace = 'public'::regnamespace`,
    triggers: `select tgrelid::regclass::text, tgname::text, tgenabled::text, pg_get_triggerdef(oid) from pg_trigger where not tgisinternal`,
    functions: `select pg_get_functiondef(p.oid), p.proacl::text from pg_proc p join pg_language l on l.oid = p.prolang
      where pronamespace = 'public'::regnamespace and lanname <> 'c'`,
    sequences: `select sequencename::text, last_value::text from pg_sequences where schemaname = 'public'`,
    grants: `select relname::text, relacl::text from pg_class where relnamespace = 'public'::regnamespace and relkind <> 'i'`,
    migrations: `select id, hash, created_at::text from drizzle.__drizzle_migrations`,
  })) {
    const rows = await sql.unsafe(statement).values()
    described[what] = rows.map((row) => JSON.stringify(row)).sort()
  }
  await sql.end()
  return described
}

describe('a copy of a database', () => {
  it('has the same rows, shape, owners and grants, and goes on counting where the first stood', async () => {
    const { owner } = await emptyDatabase()
    const tell = new Map<string, RowSum>()
    await withSnapshot(database.owner, (snapshot) =>
      loadDatabase(owner, 'drizzle', contentsOf(snapshot), {
        filled: (table, sum) => void tell.set(table.name, sum),
      }),
    )
    await migrate(owner, 'drizzle', 'psm_app')
    await withSnapshot(database.owner, ({ tables }) => {
      expect(tables.length).toBe(tell.size)
      return compareDatabase(owner, tables, ({ name }) => tell.get(name) as RowSum)
    })
    expect(await describeSchema(owner)).toEqual(await describeSchema(database.owner))
    const sql = connect(owner, { max: 1, applicationName: 'psm-test' })
    expect(await sql`select name from merchants order by external_id`).toEqual(
      await database.sql`select name from merchants order by external_id`,
    )
    await sql`select psm_append('[]', '[{"topic": "settings"}]')`
    await expect(sql`delete from audit_entries`).rejects.toThrow(/append-only/)
    await sql.end()
  })

  it('is not begun while the database gets its shape, and says who is at it', async () => {
    const { owner } = await emptyDatabase()
    const holder = connect(owner, { max: 1, applicationName: 'psm-migrates' })
    await holder`select pg_advisory_lock(${MIGRATION_LOCK})`
    const told: string[] = []
    let begun = 0
    let released: Promise<void> | undefined
    await withSnapshot(database.owner, (snapshot) =>
      loadDatabase(owner, 'drizzle', contentsOf(snapshot), {
        filled: () => void begun++,
        waits(lock) {
          told.push(`${begun} ${wordsOfAwaited(lock)}`)
          released ??= holder.end()
        },
        patience: { tellMs: 0, giveUpMs: 60_000, everyMs: 5 },
      }),
    )
    await released
    expect(told[0]).toMatch(/^0 has waited for 0 s .* process \d+ of PostgreSQL holds \(psm-migrates, since /)
    expect(begun).toBeGreaterThan(0)
  })

  it('is of one moment, whatever is written meanwhile', async () => {
    const { owner } = await emptyDatabase()
    const count = () => database.sql`select count(*)::int as n from merchants`
    const [before] = await count()
    await copyTo(owner, ({ sql }) => ({
      async open(table) {
        if (table.name === 'merchants')
          await database.sql`insert into merchants (id, name) values (gen_random_uuid(), 'came meanwhile')`
        return copyOut(sql, table)
      },
    }))
    const sql = connect(owner, { max: 1, applicationName: 'psm-test' })
    expect(await sql`select count(*)::int as n from merchants`).toEqual([before])
    await sql.end()
    expect(await count()).not.toEqual([before])
  })

  it.each([1, 2, 3, 5, 8, 13])('goes on behind %i rows that fill the stream', async (rows) => {
    const wide = await emptyDatabase()
    const sql = connect(wide.owner, { max: 1, applicationName: 'psm-test' })
    await sql`create table wide (text text)`
    await sql`insert into wide select repeat('x', 40000) from generate_series(1, ${rows})`
    await sql.end()
    await withSnapshot(wide.owner, async (snapshot) => {
      for (let again = 0; again < 5; again++) {
        let size = 0
        for await (const chunk of await copyOut(snapshot.sql, {
          name: 'wide',
          columns: ['text'],
          partition: null,
        }))
          size += (chunk as Buffer).length
        expect(size).toBe(rows * 40_001)
        expect(await snapshot.sql`select count(*)::int as n from wide`).toEqual([{ n: rows }])
      }
    })
  })

  it('that is given up in the middle of a large table ends at once, with the reason', async () => {
    const wide = await emptyDatabase()
    const sql = connect(wide.owner, { max: 1, applicationName: 'psm-test' })
    await sql`create table wide (text text)`
    await sql`insert into wide select repeat('x', 10000) from generate_series(1, 3000)`
    await sql.end()
    const begunAt = Date.now()
    const given = withSnapshot(wide.owner, async (snapshot) => {
      for await (const _ of await copyOut(snapshot.sql, { name: 'wide', columns: ['text'], partition: null }))
        throw new Error('the disk is full')
    })
    await expect(given).rejects.toThrow('the disk is full')
    expect(Date.now() - begunAt).toBeLessThan(4_000)
    const look = connect(wide.owner, { max: 1, applicationName: 'psm-test' })
    await expect
      .poll(
        () =>
          look`select 1 from pg_stat_activity where application_name = 'psm-snapshot' and datname = current_database()`,
      )
      .toHaveLength(0)
    await look.end()
  })

  it('is not begun where something is already, and says what', async () => {
    const { owner } = await emptyDatabase()
    const sql = connect(owner, { max: 1, applicationName: 'psm-test' })
    await sql`create table others (id int)`
    await expect(copyTo(owner)).rejects.toMatchObject({
      code: 'database_not_empty',
      message: expect.stringContaining('others'),
    })
    await sql.end()
  })
})

describe('a copy that goes wrong', () => {
  const named = (name: string, rows: AsyncIterable<Uint8Array>) => (snapshot: Snapshot) => ({
    open: async (table: { name: string }) =>
      table.name === name ? rows : copyOut(snapshot.sql, table as never),
  })
  const bytes = async function* (...texts: string[]) {
    for (const text of texts) yield Buffer.from(text)
  }
  const uuid = '0190aaaa-0000-7000-8000-000000000001'

  it.each([
    [
      'of a row that is there twice',
      `${uuid}\ta\tX\t2026-01-01\n${uuid}\tb\tY\t2026-01-01\n`,
      /merchants_pkey/,
    ],
    ['of a value that does not fit', 'no-uuid\ta\tX\t2026-01-01\n', /invalid input syntax/],
    ['of a row without all its values', `${uuid}\ta\n`, /missing data/],
  ])('ends with the reason, and leaves the database empty: %s', async (_, text, reason) => {
    const { owner } = await emptyDatabase()
    await expect(copyTo(owner, named('merchants', bytes(text)))).rejects.toThrow(reason)
    await copyTo(owner)
  })

  it('ends with the reason of a source that breaks off', async () => {
    const { owner } = await emptyDatabase()
    const broken = (async function* () {
      yield Buffer.from(`${uuid}\ta\tX\t2026-01-01\n`)
      throw new Error('the disk is gone')
    })()
    await expect(copyTo(owner, named('merchants', broken))).rejects.toThrow('the disk is gone')
    await copyTo(owner)
  })

  it('ends where references lead nowhere', async () => {
    const { owner } = await emptyDatabase()
    await expect(copyTo(owner, named('terminals', bytes('')))).rejects.toMatchObject({ code: '23503' })
    await copyTo(owner)
  })

  it('ends where the rows are not those that were promised', async () => {
    const { owner } = await emptyDatabase()
    const promised = { rows: 3, digest: 'ab'.repeat(32) }
    await expect(
      copyTo(owner, () => ({ expected: ({ name }) => (name === 'merchants' ? promised : undefined) })),
    ).rejects.toMatchObject({ code: 'contents_differ', message: expect.stringMatching(/merchants.*3 rows/) })
    await copyTo(owner)
  })
})

describe('migrations', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'psm-test-migrations-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  const journalFile = path.join(folder, 'meta/_journal.json')
  const journal = JSON.parse(readFileSync('drizzle/meta/_journal.json', 'utf8')) as {
    entries: { when: number; tag: string }[]
  }
  const withEntries = (entries: typeof journal.entries) => {
    cpSync('drizzle', folder, { recursive: true })
    writeFileSync(journalFile, JSON.stringify({ ...journal, entries }))
  }
  const copyWith = (owner: ConnectionTarget) =>
    withSnapshot(database.owner, (snapshot) => loadDatabase(owner, folder, contentsOf(snapshot)))

  it('of a newer program are known as such', async () => {
    withEntries(journal.entries.slice(0, -1))
    await expect(copyWith((await emptyDatabase()).owner)).rejects.toMatchObject({
      code: 'made_by_newer_program',
    })
  })

  it('that this program has besides are applied afterwards', async () => {
    const last = journal.entries.at(-1)
    const newer = { ...last, when: (last?.when ?? 0) + 1000, tag: '9999_newer' } as {
      when: number
      tag: string
    }
    withEntries([...journal.entries, newer])
    writeFileSync(path.join(folder, '9999_newer.sql'), `alter table merchants add column newer int default 7`)
    const { owner } = await emptyDatabase()
    await copyWith(owner)
    await migrate(owner, folder, 'psm_app')
    const sql = connect(owner, { max: 1, applicationName: 'psm-test' })
    expect(await sql`select distinct newer from merchants`).toEqual([{ newer: 7 }])
    await sql.end()
  })

  it('that were changed since are refused', async () => {
    withEntries(journal.entries)
    writeFileSync(path.join(folder, '0002_terminals.sql'), 'select 1')
    await expect(copyWith((await emptyDatabase()).owner)).rejects.toMatchObject({ code: 'migrations_differ' })
  })
})
