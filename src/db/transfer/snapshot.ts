import type postgres from 'postgres'
import { type ConnectionTarget, connect, type RawSql } from '../client'
import {
  type AppliedMigration,
  PLAIN_SETTINGS,
  readApplied,
  readSequences,
  readTables,
  type SequenceState,
  type TableShape,
} from './catalog'

/** A partition was dropped between the look and the lock. */
const NO_SUCH_TABLE = '42P01'
const MOST_TRIES = 5

/** One moment of a database, for as long as it is looked at. */
export interface Snapshot {
  sql: postgres.TransactionSql
  takenAt: Date
  tables: TableShape[]
  sequences: SequenceState[]
  migrations: AppliedMigration[]
  /** `18.4` */
  serverVersion: string
}

/**
 * Reads a database as it is at one moment, while others go on writing. Its tables are held against being dropped meanwhile,
 * which the jobs that drop old days wait a second for, and try again another day.
 * @param owner the role that owns the tables
 */
export async function withSnapshot<Result>(
  owner: ConnectionTarget,
  run: (snapshot: Snapshot) => Promise<Result>,
): Promise<Result> {
  for (let tries = 1; ; tries++) {
    // What `run` throws is never mistaken for this.
    let isTaken = false
    let cut = () => {}
    const sql = connect(owner, {
      max: 1,
      applicationName: 'psm-snapshot',
      onSocket: (socket) => {
        cut = () => void socket.destroy()
      },
    })
    try {
      return await inSnapshot(
        sql,
        () => cut(),
        (snapshot) => {
          isTaken = true
          return run(snapshot)
        },
      )
    } catch (error) {
      const isMissed = !isTaken && (error as { code?: unknown }).code === NO_SUCH_TABLE
      if (!isMissed || tries === MOST_TRIES) throw error
    } finally {
      // All is said: either the transaction has ended, or its connection was cut.
      await sql.end({ timeout: 0 })
    }
  }
}

async function inSnapshot<Result>(
  sql: RawSql,
  cut: () => void,
  run: (snapshot: Snapshot) => Promise<Result>,
): Promise<Result> {
  let failure: { reason: unknown } | undefined
  try {
    return (await sql.begin('isolation level repeatable read read only', async (tx) => {
      try {
        return await run(await look(tx))
      } catch (reason) {
        failure = { reason }
        // In the middle of a COPY the rest of the table would have to come first before anything can be said.
        cut()
        throw reason
      }
    })) as Result
  } catch (error) {
    throw failure === undefined ? error : failure.reason
  }
}

async function look(tx: postgres.TransactionSql): Promise<Snapshot> {
  await tx.unsafe(PLAIN_SETTINGS)
  const tables = await readTables(tx)
  if (tables.length > 0)
    await tx.unsafe(
      `lock table ${tables.map(({ name }) => `only public."${name}"`).join(', ')} in access share mode`,
    )
  const [server] = await tx<{ takenAt: Date; version: string }[]>`
    select clock_timestamp() as "takenAt", current_setting('server_version') as version`
  return {
    sql: tx,
    takenAt: server?.takenAt ?? new Date(),
    tables,
    sequences: await readSequences(tx),
    migrations: await readApplied(tx),
    serverVersion: server?.version.split(' ')[0] ?? '',
  }
}
