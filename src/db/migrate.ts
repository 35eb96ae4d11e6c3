import { readMigrationFiles } from 'drizzle-orm/migrator'
import { drizzle } from 'drizzle-orm/postgres-js'
import { migrate as applyMigrations } from 'drizzle-orm/postgres-js/migrator'
import type { Logger } from '../core/log'
import { type ConnectionTarget, connect, type RawSql } from './client'
import { takeMigrationLock } from './migration-lock'
import { DatabaseUnsuitable, requireOwner, whyUnsuitable } from './suitable'

/** Tables that the application may read and add to, the first two by psm_append alone, never change. */
export const APPEND_ONLY_TABLES = ['audit_entries', 'change_feed', 'eslips'] as const

/**
 * Brings the database to the newest shape, as its owner, and gives the application role its rights. Any number of
 * servers may call it at once: one works under an advisory lock, the others wait and find nothing to do. Where a newer
 * version has been here already, it is left as that one has it, rights as well: this one does not know which of them it
 * gave or took on purpose. So a change of rights comes with a migration.
 * @param applicationRole the role the application connects as; may be the owner itself.
 * @param log is told of a long wait for others
 * @throws DatabaseUnsuitable, MigrationLockHeld
 */
export async function migrate(
  owner: ConnectionTarget,
  folder: string,
  applicationRole: string | undefined,
  log?: Logger,
): Promise<{ isNewer: boolean }> {
  const sql = connect(owner, { max: 1, applicationName: 'psm-migrate' })
  try {
    const why = await whyUnsuitable(sql)
    if (why !== undefined) throw new DatabaseUnsuitable(why)
    await requireOwner(sql)
    // A role may have a limit of its own, which an index over years of slips would meet.
    await sql`set statement_timeout = 0`
    // Drizzle alters the client it is given; with one connection that is also the one that holds the lock.
    await takeMigrationLock(sql, log)
    await applyMigrations(drizzle({ client: sql }), { migrationsFolder: folder })
    const isNewer = await hasNewerThan(sql, folder)
    if (applicationRole !== undefined && !isNewer) await grantApplicationRole(sql, applicationRole)
    return { isNewer }
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
