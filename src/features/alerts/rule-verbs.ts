import { and, eq, inArray, ne } from 'drizzle-orm'
import { z } from 'zod'
import { type Ctx, callerName, visibilityOf } from '../../core/context'
import { mutation, query } from '../../core/verb'
import { outsideYourLimits } from '../terminals'
import { alertRecipientNotFound, alertRuleChanged, clearThresholdTooLow, thresholdOutOfRange } from './errors'
import { KIND_FACTS } from './lists'
import { loadRules, lockRule, type Rule } from './rules'
import { type AlertRuleView, UpdateAlertRuleInput } from './schemas'
import { alertRecipients, alertRules, alerts } from './tables'

/** When each kind is raised. */
export const listAlertRules = query({ permission: 'alerts:read', input: z.object({}) }, async (ctx) => ({
  rules: (await loadRules(ctx)).map(toView),
}))

/**
 * Changes what is given of a rule; open alerts of its kind take its severity and place at once, the rest counts from the next look on.
 * `alert_rule_changed`, `alert_recipient_not_found`, `alert_threshold_out_of_range`, `alert_clear_threshold_too_low`; `outside_your_limits`, for a
 * rule is for the whole fleet.
 */
export const updateAlertRule = mutation(
  { permission: 'alerts:write', input: UpdateAlertRuleInput },
  async (scope, { kind, revision, ...given }) => {
    if (visibilityOf(scope.actor).kind === 'limited') throw outsideYourLimits()
    const before = await lockRule(scope, kind)
    if (before.revision !== revision) throw alertRuleChanged()
    const changes = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
    const after: Rule = { ...before, ...changes }
    requireThresholds(after)
    after.recipientIds = [...new Set(after.recipientIds)].sort()
    const addresses = await addressesOf(scope, [...before.recipientIds, ...after.recipientIds])
    if (!after.recipientIds.every((id) => addresses.has(id))) throw alertRecipientNotFound()
    if (JSON.stringify(before) === JSON.stringify(after)) {
      scope.nothingChanged()
      return toView(before)
    }
    const row = {
      ...after,
      revision: revision + 1,
      updatedAt: scope.clock.now(),
      updatedBy: callerName(scope.actor),
    }
    await scope.db.insert(alertRules).values(row).onConflictDoUpdate({ target: alertRules.kind, set: row })
    const { severity, inBell } = row
    await scope.db
      .update(alerts)
      .set({ severity, inBell })
      .where(and(eq(alerts.kind, kind), ne(alerts.state, 'cleared')))
    scope.audit({
      action: 'alert_rule.updated',
      subject: { kind: 'alert_rule', id: kind, label: kind },
      before: saidOf(before, addresses),
      after: saidOf(after, addresses),
    })
    return toView(row)
  },
)

function requireThresholds({ kind, threshold, clearThreshold }: Rule): void {
  const facts = KIND_FACTS[kind].threshold
  if (facts === null) {
    if (threshold !== null || clearThreshold !== null) throw thresholdOutOfRange({ values: { kind } })
    return
  }
  const { min, max, hasClear, unit } = facts
  const isWhole = unit !== 'days' && unit !== 'runs' ? true : Number.isInteger(threshold)
  if (
    threshold === null ||
    threshold < min ||
    threshold > max ||
    !isWhole ||
    (clearThreshold !== null) !== hasClear
  )
    throw thresholdOutOfRange({ values: { kind, min, max } })
  if (clearThreshold !== null && clearThreshold <= threshold)
    throw clearThresholdTooLow({ values: { threshold } })
}

/** What the audit says of a rule. */
function saidOf(
  { kind: _kind, revision: _revision, updatedAt: _at, updatedBy: _by, recipientIds, ...rule }: Rule,
  addresses: ReadonlyMap<string, string>,
) {
  return { ...rule, recipients: recipientIds.map((id) => addresses.get(id) ?? id).sort() }
}

async function addressesOf({ db }: Pick<Ctx, 'db'>, ids: readonly string[]): Promise<Map<string, string>> {
  const rows =
    ids.length === 0
      ? []
      : await db
          .select()
          .from(alertRecipients)
          .where(inArray(alertRecipients.id, [...ids]))
  return new Map(rows.map(({ id, address }) => [id, address]))
}

const toView = (rule: Rule): AlertRuleView => ({ ...rule, updatedAt: rule.updatedAt?.toISOString() ?? null })
