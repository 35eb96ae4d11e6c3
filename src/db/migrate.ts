import { readMigrationFiles } from 'drizzle-orm/migrator'
import { drizzle } from 'drizzle-orm/postgres-js'
import { migrate as applyMigrations } from 'drizzle-orm/postgres-js/migrator'
import { type ConnectionTarget, connect, type RawSql } from './client'
import { type AwaitedLock, takeMigrationLock } from './migration-lock'
import { DatabaseUnsuitable, requireOwner, whyUnsuitable } from './suitable'

/** Tables that the application may read and add to, the first two by psm_append alone, never change. */
export const APPEND_ONLY_TABLES = ['audit_entries', 'change_feed', 'eslips'] as const

/**
 * Brings the database to the newest shape, as its owner, and gives the application role its rights. Any number of
 * servers may call it at once: one works under an advisory lock, the others wait and find nothing to do. Where a newer
 * version has been here already, it is left as that one has it, rights as well: this one does not know which of them it
 * gave or took on purpose. So a change of rights comes with a migration.
 * @param applicationRole the role the application connects as; may be the owner itself.
 * @param tell hears of a long wait for others
 * @throws DatabaseUnsuitable, MigrationLockHeld
 */
export async function migrate(
  owner: ConnectionTarget,
  folder: string,
  applicationRole: string | undefined,
  tell?: (lock: AwaitedLock) => void,
): Promise<{ isNewer: boolean }> {
  const sql = connect(owner, { max: 1, applicationName: 'psm-migrate' })
  try {
    const why = await whyUnsuitable(sql)
    if (why !== undefined) throw new DatabaseUnsuitable(why)
    await requireOwner(sql)
    // A role may have a limit of its own, which an index over years of slips would meet.
    await sql`set statement_timeout = 0`
    // Drizzle alters the client it is given; with one connection that is also the one that holds the lock.
    await takeMigrationLock(sql, tell)
    await applyMigrations(drizzle({ client: sql }), { migrationsFolder: folder })
    const isNewer = await hasNewerThan(sql, folder)
    if (applicationRole !== undefined && !isNewer) await grantApplicationRole(sql, applicationRole)
    return { isNewer }
  } finally {
    await sql.end({ timeout: 5 })
  }
}

/** The database is of an older version than a program that must not change its shape. */
export class DatabaseOlder extends Error {
  override readonly name = 'DatabaseOlder'
  readonly code = 'database_of_older_version'
}

/**
 * For programs beside the servers, which must not be the ones that bring a new shape under servers that run: says whether
 * the database has the shape that they know, or a newer one.
 * @returns false where there is nothing yet
 * @throws DatabaseOlder
 */
export async function requireShape(
  owner: ConnectionTarget,
  folder: string,
  version: string,
): Promise<boolean> {
  const sql = connect(owner, { max: 1, applicationName: 'psm-look' })
  try {
    const [table] = await sql<{ isThere: boolean }[]>`
      select to_regclass('drizzle.__drizzle_migrations') is not null as "isThere"`
    if (!table?.isThere) return false
    const [row] = await sql<{ newest: number | null }[]>`
      select max(created_at)::float8 as newest from drizzle.__drizzle_migrations`
    const newest = row?.newest ?? null
    if (newest === null) return false
    const missing = readMigrationFiles({ migrationsFolder: folder }).filter(
      ({ folderMillis }) => folderMillis > newest,
    )
    if (missing.length === 0) return true
    throw new DatabaseOlder(
      `The database is of an older version: ${missing.length} migrations of this one (${version}) are missing, and the command line makes none. Call psm of the version whose server works on it, for the backup before an upgrade as well; or start the server of this version first. Nothing was changed.`,
    )
  } finally {
    await sql.end({ timeout: 5 })
  }
}

async function hasNewerThan(sql: RawSql, folder: string): Promise<boolean> {
  const own = readMigrationFiles({ migrationsFolder: folder }).map(({ folderMillis }) => folderMillis)
  const [row] = await sql<{ isNewer: boolean }[]>`
    select max(created_at) > ${Math.max(...own)}::bigint as "isNewer" from drizzle.__drizzle_migrations`
  return row?.isNewer ?? false
}

async function grantApplicationRole(sql: RawSql, role: string): Promise<void> {
  const [row] = await sql<{ name: string; is_self: boolean }[]>`
    select quote_ident(${role}) as name, ${role} = current_user as is_self`
  if (row === undefined || row.is_self) return
  await sql.unsafe(`
    revoke create on schema public from public;
    grant usage on schema public to ${row.name};
    grant select, insert, update, delete on all tables in schema public to ${row.name};
    grant usage on all sequences in schema public to ${row.name};
    grant execute on all functions in schema public to ${row.name};
    revoke update, delete, truncate on ${APPEND_ONLY_TABLES.join(', ')} from ${row.name};
    revoke insert on audit_entries, change_feed from ${row.name};
    revoke insert, update, delete, truncate on audit_head from ${row.name};
    revoke update, delete, truncate on eslip_identities from ${row.name};
    revoke insert, update, delete, truncate on eslip_archives from ${row.name};`)
  // Partitions are reached through their table, whose rights count; by their own names nobody needs them.
  const partitions = await sql<{ name: string }[]>`
    select quote_ident(relname) as name from pg_class
    where relispartition and relkind = 'r' and relnamespace = 'public'::regnamespace`
  if (partitions.length > 0)
    await sql.unsafe(`revoke all on ${partitions.map((one) => one.name).join(', ')} from ${row.name}`)
}
