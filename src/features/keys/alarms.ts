import { type SQL, sql } from 'drizzle-orm'
import type { KeyAlarm } from './lists'

/** Keys that are not the ones they should be: somebody may have changed them. */
export const MISMATCH_ALARMS: readonly KeyAlarm[] = [
  'kcv_mismatch',
  'transport_key_differs',
  'revoked_key_installed',
  'keys_repeated',
]
/** Keys that do not get there. */
export const OTHER_ALARMS: readonly KeyAlarm[] = ['delivery_suspended', 'file_unreadable', 'deposit_refused']

const isOneOf = (alarms: readonly KeyAlarm[]) => sql`y.alarm in ${[...alarms]}`

/** Terminals (`terminal_id`) with one of these alarms, and since when. */
export function alarmedTerminals(alarms: readonly KeyAlarm[]): SQL {
  return sql`select y.terminal_id, coalesce(y.alarm_at, y.state_at) as since from key_loads y where ${isOneOf(alarms)}`
}

/** The same of one row `terminals`. */
export function hasAlarm(alarms: readonly KeyAlarm[]): SQL {
  return sql`exists (select from key_loads y where y.terminal_id = terminals.id and ${isOneOf(alarms)})`
}
