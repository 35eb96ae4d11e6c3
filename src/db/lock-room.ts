import type { Logger } from '../core/log'
import { type ConnectionTarget, connect } from './client'

/** Of the statements that one server has under way at once: sixteen, each over sixteen days of slips and their indexes. */
const NEEDED = 16 * 256

/** Warns where a database that is not ours has too little room for locks: searches would be refused as busy (53200). */
export async function checkLockRoom(target: ConnectionTarget, log: Logger): Promise<void> {
  const sql = connect(target, { max: 1, applicationName: 'psm-check' })
  try {
    const [row] = await sql<{ room: number; holders: number }[]>`
      select holders, holders * current_setting('max_locks_per_transaction')::int as room from (
        select current_setting('max_connections')::int + current_setting('max_prepared_transactions')::int as holders) h`
    if (row === undefined || row.room >= NEEDED) return
    log.warn('database_has_few_locks', {
      room: row.room,
      needed: NEEDED,
      advice: `Set max_locks_per_transaction of PostgreSQL to ${Math.ceil(NEEDED / row.holders)} or more for each server, and restart it.`,
    })
  } finally {
    await sql.end({ timeout: 5 })
  }
}
