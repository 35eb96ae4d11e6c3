import { type SQL, sql } from 'drizzle-orm'
import { ACTION_KINDS, type ResultReason } from '../../actions/lists'
import type { Condition } from './filter'
import { EXPIRING_DAYS, type LicenseState, type UpdateState } from './lists'

/** From when on a licence that ends then is no longer counted as expiring. */
export const soonOf = (now: Date) => new Date(now.getTime() + EXPIRING_DAYS * 86_400_000)

const gapAt = (terminalId: SQL) =>
  sql`select from terminal_license_gaps y where y.terminal_id = ${terminalId}`

/** How a terminal stands with its licences. */
export function licensed(wanted: LicenseState, now: Date): Condition {
  const side = 'terminals'
  if (wanted === 'none' || wanted === 'waiting') {
    const where = sql`y.kind = ${wanted}`
    const from = sql`terminal_license_gaps y`
    return {
      holds: sql`exists (${gapAt(sql`terminals.id`)} and ${where})`,
      side,
      branches: [{ from, where, terminalId: sql`y.terminal_id`, serial: sql`y.serial` }],
    }
  }
  const [at, soon] = [now, soonOf(now)].map((one) => sql`${one.toISOString()}::timestamptz`)
  const isEnding = (until: SQL | undefined) => sql`exists (select from licenses l
    where l.serial = terminals.serial and l.platform = terminals.platform
      and l.state = 'current' and l.valid_until <= ${until})`
  const isWhole = sql`not exists (${gapAt(sql`terminals.id`)})`
  if (wanted === 'held') return { holds: sql`${isWhole} and not ${isEnding(soon)}`, side }
  const isExpired = wanted === 'expired'
  const holds = isExpired
    ? sql`${isWhole} and ${isEnding(at)}`
    : sql`${isWhole} and ${isEnding(soon)} and not ${isEnding(at)}`
  // Of several licences of a terminal the one that ends first stands for it, so that none is picked twice.
  const where = sql`l.state = 'current' and ${isExpired ? sql`l.valid_until <= ${at}` : sql`l.valid_until > ${at} and l.valid_until <= ${soon}`}
    and not exists (${gapAt(sql`x.id`)})
    and not exists (select from licenses f where f.serial = l.serial and f.platform = l.platform
      and f.state = 'current' and (f.valid_until, f.id) < (l.valid_until, l.id))`
  const from = sql`licenses l join terminals x on x.serial = l.serial and x.platform = l.platform`
  return { holds, side, branches: [{ from, where, terminalId: sql`x.id` }] }
}

const OF_LATEST = { from: sql`terminal_latest_actions a`, terminalId: sql`a.terminal_id` }

/** How the latest update of a terminal stands. */
export function updated(wanted: UpdateState): Condition {
  if (wanted === 'none')
    return {
      holds: sql`not exists (select from terminal_latest_actions a
        where a.terminal_id = terminals.id and a.kind = 'update')`,
      side: 'terminals',
    }
  const where = sql`a.kind = 'update' and a.state = ${wanted}`
  return {
    holds: sql`exists (select from terminal_latest_actions a where a.terminal_id = w.id and ${where})`,
    side: 'none',
    branches: [{ ...OF_LATEST, where, serial: sql`a.serial` }],
  }
}

/** Why the latest work of some kind failed at a terminal: one branch a kind, as two kinds may have failed alike. */
export function failedBecause(reason: ResultReason): Condition {
  const where = sql`a.reason = ${reason}`
  return {
    holds: sql`exists (select from terminal_latest_actions a where a.terminal_id = w.id and ${where})`,
    side: 'none',
    branches: ACTION_KINDS.map((kind) => ({ ...OF_LATEST, where: sql`${where} and a.kind = ${kind}` })),
  }
}

const OF_CONNECTIONS = { from: sql`app_connections c`, terminalId: sql`c.terminal_id` }

/** Whether a terminal is connected to a set of applications, whichever. */
export function connected(wanted: boolean): Condition {
  const isConnected = sql`exists (select from app_connections c where c.terminal_id = w.id)`
  if (!wanted) return { holds: sql`not ${isConnected}`, side: 'none' }
  return { holds: isConnected, side: 'none', branches: [{ ...OF_CONNECTIONS, where: sql`true` }] }
}

/** Terminals that an alert is about now. */
export function alerted(alertId: string): Condition {
  const where = sql`m.alert_id = ${alertId} and m.left_at is null`
  const from = sql`alert_members m`
  return {
    holds: sql`exists (select from ${from} where m.terminal_id = w.id and ${where})`,
    side: 'none',
    branches: [{ from, where, terminalId: sql`m.terminal_id`, serial: sql`m.serial` }],
  }
}

/** Which set of applications a terminal is connected to, by its name. */
export function inAppSet(name: string): Condition {
  const where = sql`c.set_id in (select x.id from app_sets x where x.name = ${name})`
  return {
    holds: sql`exists (select from app_connections c where c.terminal_id = w.id and ${where})`,
    side: 'none',
    branches: [{ ...OF_CONNECTIONS, where }],
  }
}
