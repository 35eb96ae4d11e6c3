import { and, eq, inArray } from 'drizzle-orm'
import type { z } from 'zod'
import { callerName } from '../../core/context'
import { mutation } from '../../core/verb'
import { acknowledged } from './decide'
import { appendEvents, type Happened } from './evaluate/record'
import { AcknowledgeInput, type AcknowledgeReport } from './schemas'
import { seenAlerts, seenCounts } from './sight'
import { alerts } from './tables'

type Results = z.infer<typeof AcknowledgeReport>['results']

/**
 * Says that somebody looks after alerts; again with another note, it is the newer one that is shown. Of several, those
 * that cannot be acknowledged are named and the others are. An alert is of everybody who sees it: who sees only some of its
 * terminals does not say so for the others.
 */
export const acknowledgeAlerts = mutation(
  { permission: 'alerts:acknowledge', input: AcknowledgeInput },
  async (scope, { alertIds, note = null }) => {
    const ids = [...new Set(alertIds)]
    const rows = await scope.db
      .select({ alert: alerts, seen: seenCounts(scope).count })
      .from(alerts)
      .where(and(inArray(alerts.id, ids), seenAlerts(scope)))
      .orderBy(alerts.id)
      .for('update', { of: alerts })
    const byName = callerName(scope.actor)
    const events: Happened[] = []
    const results: Results = []
    for (const alertId of ids) {
      const row = rows.find(({ alert }) => alert.id === alertId)
      const next = row === undefined ? undefined : acknowledged(row.alert, row.alert.count)
      if (row === undefined) results.push({ alertId, outcome: 'not_found' })
      else if (next === undefined) results.push({ alertId, outcome: 'cleared' })
      else if (row.seen < row.alert.count) results.push({ alertId, outcome: 'outside_your_limits' })
      else {
        results.push({ alertId, outcome: 'acknowledged' })
        const { alert } = row
        if (alert.acknowledgedBy === byName && alert.note === note) continue
        await scope.db
          .update(alerts)
          .set({ ...next, acknowledgedAt: scope.clock.now(), acknowledgedBy: byName, note })
          .where(eq(alerts.id, alertId))
        events.push({
          alertId,
          what: 'acknowledged',
          count: alert.count,
          byName,
          ...(note === null ? {} : { note }),
        })
        scope.audit({
          action: 'alert.acknowledged',
          subject: { kind: 'alert', id: alertId, label: alert.label === '' ? alert.kind : alert.label },
          before: { state: alert.state, note: alert.note },
          after: { kind: alert.kind, state: next.state, note },
        })
      }
    }
    if (events.length === 0) scope.nothingChanged()
    else await appendEvents(scope, events)
    return { results }
  },
)
