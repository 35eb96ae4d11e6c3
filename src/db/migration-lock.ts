import { setTimeout as wait } from 'node:timers/promises'
import { uptimeMs } from '../core/clock'
import type { RawSql } from './client'

/** Held while a database gets its shape. */
export const MIGRATION_LOCK = 7733000

export interface LockPatience {
  /** After how long whoever waits says so, and again after as long. */
  tellMs: number
  giveUpMs: number
  everyMs: number
}

/** An hour is more than a migration of a large database takes; whoever supervises the server starts it again. */
const PATIENCE: LockPatience = { tellMs: 10_000, giveUpMs: 3_600_000, everyMs: 250 }

/** Another session holds the lock, and goes on holding it. */
export class MigrationLockHeld extends Error {
  override readonly name = 'MigrationLockHeld'
  readonly code = 'migration_lock_held'
}

/**
 * Takes the lock for the session of this connection.
 * @param tell hears who holds it, where that takes long
 * @throws MigrationLockHeld
 */
export async function takeMigrationLock(
  sql: RawSql,
  tell: (lock: AwaitedLock) => void = () => {},
  { tellMs, giveUpMs, everyMs }: LockPatience = PATIENCE,
): Promise<void> {
  const startedAtMs = uptimeMs()
  for (let tellAtMs = startedAtMs + tellMs; ; await wait(everyMs)) {
    const [row] = await sql<{ isMine: boolean }[]>`select pg_try_advisory_lock(${MIGRATION_LOCK}) as "isMine"`
    if (row?.isMine) return
    const nowMs = uptimeMs()
    if (nowMs < tellAtMs) continue
    tellAtMs = nowMs + tellMs
    const holder = await holderOf(sql)
    // Gone meanwhile.
    if (holder === undefined) continue
    if (nowMs - startedAtMs >= giveUpMs)
      throw new MigrationLockHeld(
        `Another session has held the lock for migrations for ${Math.round((nowMs - startedAtMs) / 60_000)} minutes: process ${holder.pid} of PostgreSQL (${holder.program ?? 'unknown'}, since ${holder.since}). Where nothing migrates there, end it: select pg_terminate_backend(${holder.pid}).`,
      )
    tell({ waitedMs: Math.round(nowMs - startedAtMs), ...holder })
  }
}

/** The lock that is waited for, and who has it. */
export interface AwaitedLock extends Holder {
  waitedMs: number
}

/** For whoever sits before a command that waits. */
export const wordsOfAwaited = ({ waitedMs, pid, program, since }: AwaitedLock): string =>
  `has waited for ${Math.round(waitedMs / 1_000)} s for the lock for migrations, which process ${pid} of PostgreSQL holds (${program ?? 'unknown'}, since ${since})`

interface Holder {
  /** Of the backend. */
  pid: number
  program: string | null
  state: string | null
  since: string | null
}

async function holderOf(sql: RawSql): Promise<Holder | undefined> {
  const [row] = await sql<Holder[]>`
    select l.pid, a.application_name as program, a.state, a.backend_start::text as since
    from pg_locks l left join pg_stat_activity a on a.pid = l.pid
    where l.locktype = 'advisory' and l.classid = 0 and l.objid = ${MIGRATION_LOCK} and l.objsubid = 1 and l.granted
      and l.database = (select oid from pg_database where datname = current_database())`
  return row
}
