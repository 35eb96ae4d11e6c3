import { eq, sql } from 'drizzle-orm'
import type { Ctx } from '../../../core/context'
import { newestAlertEvent } from '../read-events'
import { alertMailState } from '../tables'
import { isMailSet } from './smtp'

const STATE = eq(alertMailState.id, 1)
/** What happens within it goes into one mail. */
const GATHER_SECONDS = 20

/**
 * Notes for each recipient of a rule what happened since the last time, in one transaction with how far that is: nobody is
 * forgotten and nothing noted twice, whoever dies when. Coming back within the quiet time is no news: of an alert that has cleared,
 * nobody was told yet.
 * @returns how many notes were made
 */
export async function queueEvents(tx: Ctx): Promise<number> {
  const [state] = await tx.db.select().from(alertMailState).where(STATE).for('update')
  const newest = await newestAlertEvent(tx)
  if (state === undefined || newest <= state.readSeq) return 0
  let made = 0
  if (isMailSet(tx.settings)) {
    const rows = await tx.db.execute(sql`
      insert into alert_mail_items (recipient_id, seq, alert_id, what, at, due_at)
      select r.id, e.seq, e.alert_id, e.what, e.at,
        e.at + case when e.what = 'cleared' then make_interval(mins => rules.quiet_minutes) else interval '0' end
          + make_interval(secs => ${GATHER_SECONDS})
      from alert_events e join alerts a on a.id = e.alert_id join alert_rules rules on rules.kind = a.kind
        join alert_recipients r on r.id = any(rules.recipient_ids)
      where e.seq > ${state.readSeq} and e.seq <= ${newest} and e.what in ('raised', 'grew', 'cleared')
      on conflict do nothing returning 1`)
    made = rows.length
  }
  await tx.db.update(alertMailState).set({ readSeq: newest }).where(STATE)
  return made
}
