import type { RawSql } from '../../db/client'
import type { AlertKind, AlertSeverity } from './lists'

export interface AlertTotals {
  /** Raised or acknowledged, by kind, severity and state; only what there is. */
  open: { kind: AlertKind; severity: AlertSeverity; state: 'raised' | 'acknowledged'; count: number }[]
  mails: {
    sent: number
    /** Attempts that a mail server or an address refused. */
    refused: number
    /** Notes that nobody took for three days. */
    givenUp: number
    /** Notes that wait for their mail. */
    waiting: number
  }
}

/** Open alerts, and mails of all servers together. */
export async function alertTotals(raw: RawSql): Promise<AlertTotals> {
  const open = await raw<AlertTotals['open']>`
    select kind, severity, state, count(*)::int as count from alerts
    where state in ('raised', 'acknowledged') group by 1, 2, 3`
  const [mails] = await raw<AlertTotals['mails'][]>`
    select sent_count::float8 as sent, failed_count::float8 as refused, given_up_count::float8 as "givenUp",
      (select count(*) from alert_mail_items)::float8 as waiting
    from alert_mail_state`
  return { open: [...open], mails: mails ?? { sent: 0, refused: 0, givenUp: 0, waiting: 0 } }
}
