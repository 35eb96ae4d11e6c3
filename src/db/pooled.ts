import type { Logger } from '../core/log'
import { type ConnectionTarget, connect } from './client'

/**
 * Warns where a pooler keeps the limit of statements from the database, and the role has none: a statement that nobody
 * waits for any more would run to its end.
 */
export async function checkStatementTimeout(target: ConnectionTarget, log: Logger): Promise<void> {
  if (!target.isPooled) return
  const sql = connect(target, { max: 1, applicationName: 'psm-check' })
  try {
    const [row] = await sql<{ limit: string; role: string }[]>`
      select current_setting('statement_timeout') as "limit", quote_ident(current_user) as role`
    if (row === undefined || row.limit !== '0') return
    log.warn('database_without_statement_timeout', {
      advice: `The pooler takes no limit from us, so give the role one: ALTER ROLE ${row.role} SET statement_timeout = '30s'; and have the pooler connect anew.`,
    })
  } finally {
    await sql.end({ timeout: 5 })
  }
}
