import { type MigrationMeta, readMigrationFiles } from 'drizzle-orm/migrator'
import type postgres from 'postgres'
import { type ConnectionTarget, connect, type RawQuery } from '../client'
import { type AwaitedLock, type LockPatience, MIGRATION_LOCK, takeMigrationLock } from '../migration-lock'
import { whyUnsuitable } from '../suitable'
import {
  type AppliedMigration,
  PLAIN_SETTINGS,
  readContents,
  readTables,
  type SequenceState,
  type TableShape,
} from './catalog'
import { copyIn, sumRows } from './copy'
import { TransferError } from './errors'
import type { RowSum } from './row-digest'

/** What a database is filled with. */
export interface Contents {
  tables: readonly TableShape[]
  sequences: readonly SequenceState[]
  migrations: readonly AppliedMigration[]
  /** The rows of a table, once, in COPY's text format. Tables are asked for one after another. */
  open(table: TableShape): Promise<AsyncIterable<Uint8Array>>
  /** What the rows must add up to, where that is known before. */
  expected(table: TableShape): RowSum | undefined
}

export interface Loaded {
  sums: Map<string, RowSum>
}

export interface LoadOptions {
  /** Hears of each table that has been filled. */
  filled?(table: TableShape, sum: RowSum): void
  /** Hears of a long wait for whoever gives the database its shape. */
  waits?(lock: AwaitedLock): void
  patience?: LockPatience
}

/**
 * Fills an empty database in one transaction: the shape that the contents had, then their rows, then rows read again and
 * compared. Whatever goes wrong, also the death of either side, leaves the database as empty as it was.
 * @param owner the role that is to own the tables
 * @param folder of the migrations
 * @throws TransferError, MigrationLockHeld
 */
export async function loadDatabase(
  owner: ConnectionTarget,
  folder: string,
  contents: Contents,
  { filled = () => {}, waits, patience }: LoadOptions = {},
): Promise<Loaded> {
  const migrations = migrationsOf(folder, contents.migrations)
  const sql = connect(owner, {
    max: 1,
    applicationName: 'psm-load',
    // A COPY ends with a word of its own, which would wait for the receipt of the rows: 40 ms a table.
    onSocket: (socket) => socket.setNoDelay(true),
  })
  try {
    // Whoever waits says so, which the statement that waits within the transaction cannot.
    await takeMigrationLock(sql, waits, patience)
    return (await sql.begin(async (tx) => {
      await tx.unsafe(PLAIN_SETTINGS)
      // A server that starts on the same database waits until this one is whole. Had already, unless the connection was lost.
      await tx`select pg_advisory_xact_lock(${MIGRATION_LOCK})`
      await checkSuitable(tx)
      await applyMigrations(tx, migrations)
      const references = await openShape(tx, contents.tables)
      const sums = new Map<string, RowSum>()
      for (const table of contents.tables) {
        const sum = await copyIn(tx, table, await contents.open(table))
        requireSame(table, contents.expected(table) ?? sum, sum, 'what is copied from')
        sums.set(table.name, sum)
        filled(table, sum)
      }
      for (const { name, last } of contents.sequences)
        if (last !== null) await tx`select setval(${`public."${name}"`}::regclass, ${last}::bigint)`
      await closeShape(tx, references)
      for (const table of contents.tables)
        requireSame(table, sums.get(table.name), await sumRows(tx, table), 'the database')
      return { sums }
    })) as Loaded
  } finally {
    await sql.end({ timeout: 5 })
  }
}

/**
 * Compares a database that is there already with what it should be filled with.
 * @throws TransferError `contents_differ`
 */
export async function compareDatabase(
  owner: ConnectionTarget,
  tables: readonly TableShape[],
  expected: (table: TableShape) => RowSum | Promise<RowSum>,
): Promise<void> {
  const sql = connect(owner, { max: 1, applicationName: 'psm-compare' })
  try {
    await sql.begin('isolation level repeatable read read only', async (tx) => {
      await tx.unsafe(PLAIN_SETTINGS)
      const there = new Set((await readTables(tx)).map(({ name }) => name))
      for (const table of tables) {
        const sum = there.has(table.name) ? await sumRows(tx, table) : undefined
        requireSame(table, await expected(table), sum, 'the database')
      }
    })
  } finally {
    await sql.end({ timeout: 5 })
  }
}

/** Whether all that was to be put there is there already: whoever was to say so has died. */
export async function isFilledWith(
  owner: ConnectionTarget,
  tables: readonly TableShape[],
  expected: (table: TableShape) => RowSum | Promise<RowSum>,
): Promise<boolean> {
  if (await isEmptyDatabase(owner)) return false
  try {
    await compareDatabase(owner, tables, expected)
    return true
  } catch (error) {
    if (error instanceof TransferError) return false
    throw error
  }
}

/**
 * Whether a database can be filled, before anything is begun.
 * @param mayBeFilled something may be there already: of a restore that was broken off
 * @throws TransferError
 */
export async function requireFillable(
  owner: ConnectionTarget,
  { mayBeFilled }: { mayBeFilled: boolean },
): Promise<void> {
  const sql = connect(owner, { max: 1, applicationName: 'psm-look' })
  try {
    await checkServer(sql)
    if (!mayBeFilled) await checkEmpty(sql)
  } finally {
    await sql.end({ timeout: 5 })
  }
}

/** True where nothing of ours, or of anybody, is in the schema. */
async function isEmptyDatabase(owner: ConnectionTarget): Promise<boolean> {
  const sql = connect(owner, { max: 1, applicationName: 'psm-look' })
  try {
    return (await readContents(sql)).length === 0
  } finally {
    await sql.end({ timeout: 5 })
  }
}

function requireSame(
  { name }: TableShape,
  expected: RowSum | undefined,
  found: RowSum | undefined,
  where: string,
): void {
  if (expected !== undefined && expected.rows === found?.rows && expected.digest === found.digest) return
  throw new TransferError(
    'contents_differ',
    `The table ${name} is not as it was: ${expected?.rows ?? 0} rows ${expected?.digest.slice(0, 12)}…, and in ${where} ${found?.rows ?? 'none'} ${found === undefined ? '' : `${found.digest.slice(0, 12)}…`}`.trim(),
  )
}

/**
 * Those of this program's migrations that the contents have gone through.
 * @throws TransferError
 */
export function migrationsOf(folder: string, applied: readonly AppliedMigration[]): MigrationMeta[] {
  const own = readMigrationFiles({ migrationsFolder: folder })
  const newest = Math.max(...own.map(({ folderMillis }) => folderMillis))
  const chosen = applied.map(({ hash, createdAt }) => {
    const found = own.find(({ folderMillis }) => folderMillis === Number(createdAt))
    if (found?.hash === hash) return found
    if (Number(createdAt) > newest)
      throw new TransferError(
        'made_by_newer_program',
        'This was made by a newer version of psManager: use that version, or a newer one.',
      )
    throw differ()
  })
  const last = Math.max(0, ...chosen.map(({ folderMillis }) => folderMillis))
  // Drizzle would never apply one that is older than the last.
  if (own.filter(({ folderMillis }) => folderMillis <= last).length !== chosen.length) throw differ()
  return chosen
}

const differ = () =>
  new TransferError(
    'migrations_differ',
    'This was made by a build of psManager whose migrations are not those of this one: use the build that made it.',
  )

async function checkSuitable(sql: RawQuery): Promise<void> {
  await checkServer(sql)
  await checkEmpty(sql)
}

async function checkServer(sql: RawQuery): Promise<void> {
  const why = await whyUnsuitable(sql)
  if (why !== undefined) throw new TransferError('database_unsuitable', why)
  const [may] = await sql<{ create: boolean }[]>`
    select has_database_privilege(current_database(), 'CREATE') and has_schema_privilege('public', 'CREATE') as create`
  if (!may?.create)
    throw new TransferError(
      'database_unsuitable',
      'Whoever is to own the tables may create nothing in the database: make the role of DATABASE_OWNER_URL (or DATABASE_URL) its owner.',
    )
}

async function checkEmpty(sql: RawQuery): Promise<void> {
  const found = await readContents(sql)
  if (found.length === 0) return
  const [named] = await sql<{ name: string }[]>`select current_database()::text as name`
  throw new TransferError(
    'database_not_empty',
    `The database ${named?.name} is not empty: it has ${found.slice(0, 3).join(', ')}${found.length > 3 ? ` and ${found.length - 3} more` : ''}. Give an empty one: nothing is ever written over.`,
  )
}

/** As Drizzle's migrator does, which would take a transaction of its own. */
async function applyMigrations(tx: postgres.TransactionSql, migrations: MigrationMeta[]): Promise<void> {
  for (const { sql } of migrations) for (const statements of sql) await tx.unsafe(statements)
  await tx.unsafe(`
    create schema if not exists drizzle;
    create table drizzle.__drizzle_migrations (id serial primary key, hash text not null, created_at bigint)`)
  for (const { hash, folderMillis } of migrations)
    await tx`insert into drizzle.__drizzle_migrations (hash, created_at) values (${hash}, ${folderMillis})`
}

interface Reference {
  table: string
  name: string
  definition: string
}

/**
 * Takes away what stands in the way of rows as they are: references, triggers, what migrations themselves have put in,
 * partitions of today.
 */
async function openShape(tx: postgres.TransactionSql, tables: readonly TableShape[]): Promise<Reference[]> {
  const references = await tx<Reference[]>`
    select c.conrelid::regclass::text as table, quote_ident(c.conname) as name, pg_get_constraintdef(c.oid) as definition
    from pg_constraint c
    where c.contype = 'f' and c.conparentid = 0 and c.connamespace = 'public'::regnamespace
    order by c.conrelid::regclass::text, c.conname`
  for (const { table, name } of references) await tx.unsafe(`alter table ${table} drop constraint ${name}`)
  const made = await readTables(tx)
  for (const { name, partition } of made)
    if (partition !== null) await tx.unsafe(`drop table public."${name}"`)
  await setTriggers(tx, 'disable')
  const plain = made.filter(({ partition }) => partition === null)
  if (plain.length > 0) await tx.unsafe(`truncate ${plain.map(({ name }) => `public."${name}"`).join(', ')}`)
  for (const { name, partition } of tables) {
    if (partition === null) continue
    const options = partition.options.length === 0 ? '' : `with (${partition.options.join(', ')})`
    await tx.unsafe(
      `create table public."${name}" partition of public."${partition.of}" ${partition.bound} ${options}`,
    )
  }
  return references
}

async function closeShape(tx: postgres.TransactionSql, references: readonly Reference[]): Promise<void> {
  for (const { table, name, definition } of references)
    await tx.unsafe(`alter table ${table} add constraint ${name} ${definition}`)
  await setTriggers(tx, 'enable')
}

async function setTriggers(tx: postgres.TransactionSql, state: 'enable' | 'disable'): Promise<void> {
  const tables = await tx<{ name: string }[]>`
    select distinct t.tgrelid::regclass::text as name from pg_trigger t join pg_class c on c.oid = t.tgrelid
    where not t.tgisinternal and c.relnamespace = 'public'::regnamespace`
  for (const { name } of tables) await tx.unsafe(`alter table ${name} ${state} trigger user`)
}
