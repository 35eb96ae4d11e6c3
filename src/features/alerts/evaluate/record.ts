import { inArray, sql } from 'drizzle-orm'
import type { Ctx } from '../../../core/context'
import { newId } from '../../../core/ids'
import { afterCount } from '../decide'
import type { AlertEvent, AlertSubject } from '../lists'
import type { Rule } from '../rules'
import { type AlertDetail, alerts } from '../tables'

export interface Happened {
  alertId: string
  what: AlertEvent
  count: number
  byName?: string
  note?: string
}

/** Writes what happened, in its order; the last statement of its transaction, for it holds the lock of the sequence. */
export async function appendEvents({ db, clock }: Pick<Ctx, 'db' | 'clock'>, events: readonly Happened[]) {
  if (events.length === 0) return
  const at = clock.now().toISOString()
  const rows = events.map(({ alertId, what, count, byName, note }) => ({
    alert_id: alertId,
    what,
    at,
    count,
    by_name: byName ?? null,
    note: note ?? null,
  }))
  await db.execute(sql`select psm_append_alert_events(${JSON.stringify(rows)}::text::jsonb)`)
}

/** An alert of nothing yet: its count comes with `changeCounts`. */
export async function openAlert(
  { db, clock }: Pick<Ctx, 'db' | 'clock'>,
  rule: Rule,
  about: { subjectKind: AlertSubject; subjectId: string | undefined; label: string; detail?: AlertDetail },
): Promise<string> {
  const now = clock.now()
  const id = newId(now.getTime())
  await db.insert(alerts).values({
    id,
    kind: rule.kind,
    severity: rule.severity,
    state: 'cleared',
    subjectKind: about.subjectKind,
    subjectId: about.subjectId ?? id,
    label: about.label,
    detail: about.detail ?? {},
    count: 0,
    peak: 0,
    toldCount: 0,
    inBell: rule.inBell,
    times: 0,
    firstRaisedAt: now,
    raisedAt: now,
    joinedAt: now,
    clearedAt: now,
  })
  return id
}

/** By alert: how many came to it, or left it. */
export type Counts = Map<string, { joined: number; left: number }>

export function countIn(counts: Counts, alertId: string, more: { joined?: number; left?: number }): void {
  const known = counts.get(alertId) ?? { joined: 0, left: 0 }
  counts.set(alertId, {
    joined: known.joined + (more.joined ?? 0),
    left: known.left + (more.left ?? 0),
  })
}

/** Gives alerts their new counts, and says what that means for each. */
export async function changeCounts(ctx: Ctx, rule: Rule, counts: Counts): Promise<Happened[]> {
  if (counts.size === 0) return []
  const { db } = ctx
  const now = ctx.clock.now()
  const rows = await db
    .select()
    .from(alerts)
    .where(inArray(alerts.id, [...counts.keys()]))
    .orderBy(alerts.id)
    .for('update')
  const happened: Happened[] = []
  for (const row of rows) {
    const { joined = 0, left = 0 } = counts.get(row.id) ?? {}
    const count = Math.max(0, row.count + joined - left)
    const { state, toldCount, event } = afterCount(row, count)
    const isBack = event === 'reopened'
    const isUnacknowledged = isBack || event === 'grew'
    await db
      .update(alerts)
      .set({
        state,
        toldCount,
        count,
        peak: Math.max(row.peak, count),
        ...(joined > 0 ? { joinedAt: now } : {}),
        ...(isBack
          ? { raisedAt: now, times: row.times + 1, severity: rule.severity, inBell: rule.inBell }
          : {}),
        ...(isUnacknowledged ? { acknowledgedAt: null, acknowledgedBy: null, note: null } : {}),
        clearedAt: state === 'cleared' ? (row.clearedAt ?? now) : null,
      })
      .where(sql`${alerts.id} = ${row.id}`)
    if (event !== undefined)
      happened.push({
        alertId: row.id,
        what: isBack && row.times === 0 ? 'raised' : event,
        count: event === 'cleared' ? row.count : count,
      })
  }
  return happened
}
