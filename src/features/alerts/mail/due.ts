import { inArray, sql } from 'drizzle-orm'
import type { Ctx } from '../../../core/context'
import { alertRecipients, alerts } from '../tables'
import type { MailedAlert } from './compose'

/** Notes that one mail takes up. */
const MOST_ITEMS = 1_000

export type Recipient = typeof alertRecipients.$inferSelect

export interface DueMail {
  alerts: MailedAlert[]
  /** Of the notes that are settled with it. */
  seqs: number[]
}

/**
 * A note counts while its alert is as it says: raised and grown while it is open, cleared once it can no longer come back. So what
 * comes and goes is told of once, and what came and went while no mail could go, in one line.
 */
const IS_DUE = sql`i.due_at <= now_at.now and (a.state = 'cleared') = (i.what = 'cleared')`

/** Who has something to be told and may be told now, whoever has waited longest first. */
export async function dueRecipients({ db, clock }: Ctx): Promise<Recipient[]> {
  const now = clock.now().toISOString()
  const rows = await db.execute<{ id: string }>(sql`
    select r.id from alert_recipients r cross join (select ${now}::timestamptz as now) now_at
    where r.next_mail_at <= now_at.now and exists (
      select from alert_mail_items i join alerts a on a.id = i.alert_id where i.recipient_id = r.id and ${IS_DUE})
    order by r.next_mail_at, r.address`)
  if (rows.length === 0) return []
  const ids = rows.map(({ id }) => id)
  const found = await db.select().from(alertRecipients).where(inArray(alertRecipients.id, ids))
  return found.sort((one, other) => ids.indexOf(one.id) - ids.indexOf(other.id))
}

/** What a recipient is to be told now; undefined where it is nothing. */
export async function dueMail({ db, clock }: Ctx, recipientId: string): Promise<DueMail | undefined> {
  const now = clock.now().toISOString()
  const items = await db.execute<{ seq: number; alertId: string }>(sql`
    with due as (
      select distinct i.alert_id from alert_mail_items i join alerts a on a.id = i.alert_id
        cross join (select ${now}::timestamptz as now) now_at
      where i.recipient_id = ${recipientId} and ${IS_DUE})
    select i.seq::float8 as seq, i.alert_id as "alertId"
    from alert_mail_items i join due on due.alert_id = i.alert_id
    where i.recipient_id = ${recipientId} order by i.seq limit ${MOST_ITEMS}`)
  if (items.length === 0) return undefined
  const ids = [...new Set(items.map(({ alertId }) => alertId))]
  const found = await db.select().from(alerts).where(inArray(alerts.id, ids))
  return {
    alerts: found.sort((one, other) => ids.indexOf(one.id) - ids.indexOf(other.id)),
    seqs: items.map(({ seq }) => seq),
  }
}

/** Those of alerts that are open again: nobody was told that they had cleared. */
export async function forgetReopened({ db }: Ctx): Promise<void> {
  await db.execute(sql`
    delete from alert_mail_items i using alerts a
    where a.id = i.alert_id and i.what = 'cleared' and (a.state <> 'cleared' or a.cleared_at > i.at)`)
}
