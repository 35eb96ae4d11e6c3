import { and, eq, gt, gte, inArray, lte, max } from 'drizzle-orm'
import type { Ctx, Visibility } from '../../core/context'
import { PERMISSION_NAMES } from '../../core/permissions'
import type { AlertEvent, AlertKind, AlertSeverity } from './lists'
import { seenAlerts } from './sight'
import { alertEvents, alerts } from './tables'

export interface ToldEvent {
  /** Of the alert. */
  id: string
  seq: number
  event: AlertEvent
  kind: AlertKind
  severity: AlertSeverity
}

/** The number of the last thing that happened to an alert; whoever has read up to it has missed nothing below. */
export async function newestAlertEvent({ db }: Pick<Ctx, 'db'>): Promise<number> {
  const [row] = await db.select({ seq: max(alertEvents.seq) }).from(alertEvents)
  return row?.seq ?? 0
}

/**
 * What happened to alerts after a number, in its order, as far as somebody with such limits sees them.
 * @returns `seq`: how far was looked, matches or not
 */
export async function readAlertEvents(
  ctx: Ctx,
  {
    what,
    after,
    limit,
    visibility,
  }: { what: readonly AlertEvent[]; after: number; limit: number; visibility: Visibility },
): Promise<{ items: ToldEvent[]; seq: number }> {
  const looked = await ctx.db
    .select({ seq: alertEvents.seq })
    .from(alertEvents)
    .where(gt(alertEvents.seq, after))
    .orderBy(alertEvents.seq)
    .limit(limit)
  const [first, last] = [looked[0], looked.at(-1)]
  if (first === undefined || last === undefined) return { items: [], seq: after }
  const reader = { kind: 'integrator' as const, id: '', name: '', scopes: PERMISSION_NAMES, visibility }
  const items = await ctx.db
    .select({
      id: alerts.id,
      seq: alertEvents.seq,
      event: alertEvents.what,
      kind: alerts.kind,
      severity: alerts.severity,
    })
    .from(alertEvents)
    .innerJoin(alerts, eq(alerts.id, alertEvents.alertId))
    .where(
      and(
        gte(alertEvents.seq, first.seq),
        lte(alertEvents.seq, last.seq),
        inArray(alertEvents.what, [...what]),
        seenAlerts({ actor: reader }),
      ),
    )
    .orderBy(alertEvents.seq)
  return { items, seq: last.seq }
}
