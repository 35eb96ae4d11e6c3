import type { RawQuery } from './client'

/** Why a database cannot be given our shape, as one line that says what to do. */
export class DatabaseUnsuitable extends Error {
  override readonly name = 'DatabaseUnsuitable'
  readonly code = 'database_unsuitable'
}

const OLDEST_SUPPORTED = 150_000

/** What is wrong with a server or a database from the ground up, as a sentence; undefined where nothing is. */
export async function whyUnsuitable(sql: RawQuery): Promise<string | undefined> {
  const [server] = await sql<{ version: number; encoding: string; name: string }[]>`
    select current_setting('server_version_num')::int as version, current_setting('server_encoding') as encoding,
      current_database()::text as name`
  if (server === undefined || server.version < OLDEST_SUPPORTED) return 'PostgreSQL 15 or newer is needed.'
  if (server.encoding !== 'UTF8')
    return `The database ${server.name} has the encoding ${server.encoding}: make one with ENCODING 'UTF8' TEMPLATE template0.`
}

/**
 * Whether a role may bring the database to its shape.
 * @throws DatabaseUnsuitable
 */
export async function requireOwner(sql: RawQuery): Promise<void> {
  const [row] = await sql<{ role: string; database: string; mayCreate: boolean; stranger: string | null }[]>`
    select current_user::text as role, current_database()::text as database,
      has_database_privilege(current_database(), 'CREATE') and has_schema_privilege('public', 'CREATE') as "mayCreate",
      (select o.rolname::text from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_roles o on o.oid = c.relowner
        where (n.nspname, c.relname) in (('drizzle', '__drizzle_migrations'), ('public', 'audit_entries'))
          and not pg_has_role(o.oid, 'USAGE') limit 1) as stranger`
  if (row === undefined) return
  const { role, database, stranger } = row
  if (stranger !== null)
    throw new DatabaseUnsuitable(
      `The tables of the database ${database} belong to the role ${stranger}, and ${role} may not change them: name ${stranger} by DATABASE_OWNER_URL.`,
    )
  if (!row.mayCreate)
    throw new DatabaseUnsuitable(
      `The role ${role} may make nothing in the database ${database}: name the role that owns it by DATABASE_OWNER_URL (ALTER DATABASE ${database} OWNER TO … makes one its owner).`,
    )
}
