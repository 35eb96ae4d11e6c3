import { eq, sql } from 'drizzle-orm'
import { callerName } from '../../../../core/context'
import { newId } from '../../../../core/ids'
import { type MutationScope, mutation } from '../../../../core/verb'
import { ruleAssigned, ruleInRollout } from '../errors'
import { loadSteps } from '../load'
import { DeleteRule } from '../schemas'
import { updateRules } from '../tables'
import { auditOf, lockRule, subjectOf } from './change'
import type { RuleRow } from './find'
import { requireReach, rolloutUnderWay, tellTerminals } from './reach'

const BATCH = 5_000

/**
 * Deletes a rule, with its rollouts that are over and, once that is confirmed, its assignments, each of which leaves its
 * line in the history. `rule_in_rollout` while one is under way; `rule_assigned` with how many.
 */
export const deleteRule = mutation(
  { permission: 'updates:write', input: DeleteRule },
  async (scope, { ruleId, isConfirmed }) => {
    const row = await lockRule(scope, ruleId)
    await requireReach(scope, ruleId)
    const rollout = await rolloutUnderWay(scope, ruleId)
    if (rollout !== undefined) throw ruleInRollout({ values: { rollout } })
    const [counted] = await scope.db.execute<{ count: number }>(sql`
      select count(*)::int as count from update_assignments where rule_id = ${ruleId}`)
    const assignments = counted?.count ?? 0
    if (assignments > 0 && !isConfirmed) throw ruleAssigned({ values: { assignments } })
    await tellTerminals(scope, ruleId)
    await unassignAll(scope, row)
    const steps = (await loadSteps(scope.db, [ruleId])).get(ruleId) ?? []
    await scope.db.delete(updateRules).where(eq(updateRules.id, ruleId))
    scope.audit({
      action: 'update_rule.deleted',
      subject: subjectOf(row),
      before: { ...auditOf(row, steps), assignments },
    })
    return { ruleId, assignments }
  },
)

interface Assignment extends Record<string, unknown> {
  acquirer: string | null
  tid: string | null
  terminalId: string | null
}

async function unassignAll(scope: MutationScope, { id, name }: RuleRow): Promise<void> {
  const now = scope.clock.now()
  const by = callerName(scope.actor)
  for (;;) {
    const gone = await scope.db.execute<Assignment>(sql`
      delete from update_assignments where id in (
        select id from update_assignments where rule_id = ${id} order by id limit ${BATCH})
      returning acquirer, tid, terminal_id as "terminalId"`)
    if (gone.length === 0) return
    const lines = gone.map((one) => ({ ...one, id: newId(now.getTime()) }))
    await scope.db.execute(sql`
      insert into update_assignment_history (id, rule_id, rule_name, acquirer, tid, terminal_id, what, by_name, at)
      select l.id, ${id}, ${name}, l.acquirer, l.tid, l."terminalId", 'unassigned', ${by}, ${now.toISOString()}::timestamptz
      from json_to_recordset(${JSON.stringify(lines)}::text::json)
        as l(id uuid, acquirer text, tid text, "terminalId" uuid)`)
  }
}
