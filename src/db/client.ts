import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import postgres from 'postgres'

export type Database = Pick<
  PostgresJsDatabase,
  'select' | 'selectDistinct' | 'insert' | 'update' | 'delete' | 'execute' | 'with' | '$with' | '$count'
>
export type RawSql = postgres.Sql
/** The pool, or a transaction of it: what a statement is written with. */
export type RawQuery = postgres.ISql

/** How to reach a PostgreSQL: a URL from the settings, or the socket of the embedded server. */
export type ConnectionTarget =
  | { url: string; tls?: 'disable' | 'require' | 'verify-full' }
  | { socketPath: string; user: string; database: string }

export interface PoolOptions {
  max: number
  applicationName: string
  statementTimeoutMs?: number
}

/** A postgres.js pool. Times come back as Date, bigint columns as number where they fit. */
export function connect(target: ConnectionTarget, options: PoolOptions): RawSql {
  const common: postgres.Options<Record<string, never>> = {
    max: options.max,
    idle_timeout: 60,
    connect_timeout: 10,
    onnotice: () => {},
    connection: {
      application_name: options.applicationName,
      ...(options.statementTimeoutMs === undefined ? {} : { statement_timeout: options.statementTimeoutMs }),
    },
  }
  if ('url' in target) return postgres(target.url, { ...common, ...tlsOf(target.tls) })
  return postgres({ ...common, path: target.socketPath, user: target.user, database: target.database })
}

function tlsOf(tls: 'disable' | 'require' | 'verify-full' | undefined) {
  if (tls === undefined) return {}
  if (tls === 'disable') return { ssl: false as const }
  return { ssl: tls === 'require' ? ('require' as const) : { rejectUnauthorized: true } }
}

export interface Pools {
  db: PostgresJsDatabase
  sql: RawSql
  end(): Promise<void>
}

/**
 * The two pools of a process. Drizzle changes the serialisers of the client it is given, so the raw statements
 * (batches, LISTEN) have a client of their own.
 */
export function openPools(
  target: ConnectionTarget,
  applicationName: string,
  size = { db: 10, sql: 6 },
): Pools {
  const forDrizzle = connect(target, { max: size.db, applicationName, statementTimeoutMs: 30_000 })
  const sql = connect(target, {
    max: size.sql,
    applicationName: `${applicationName}-raw`,
    statementTimeoutMs: 30_000,
  })
  return {
    db: drizzle({ client: forDrizzle }),
    sql,
    async end() {
      await Promise.all([forDrizzle.end({ timeout: 5 }), sql.end({ timeout: 5 })])
    },
  }
}
