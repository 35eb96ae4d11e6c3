import { type SQL, sql } from 'drizzle-orm'
import { callerName } from '../../../core/context'
import { newIdInSql } from '../../../core/sql-ids'
import type { MutationScope } from '../../../core/verb'

/**
 * Gives what a terminal was assigned by itself to another one; what that has too stays where it is.
 * @param only of these rules
 * @returns the rules that were given
 */
export async function moveAssignments(
  scope: MutationScope,
  fromId: string,
  toId: string,
  only?: readonly string[],
): Promise<string[]> {
  const now = scope.clock.now()
  const history = (what: 'assigned' | 'unassigned', terminalId: string): SQL => sql`
    select ${newIdInSql(now)}, r.id, r.name, ${terminalId}::uuid, ${what}, ${callerName(scope.actor)},
      ${now.toISOString()}::timestamptz from moved m join update_rules r on r.id = m.rule_id`
  const moved = await scope.db.execute<{ ruleId: string }>(sql`
    with moved as (
      update update_assignments a set terminal_id = ${toId} where a.terminal_id = ${fromId}
        and ${only === undefined ? sql`true` : sql`a.rule_id = any(${sql.param([...only])}::uuid[])`}
        and not exists (
          select from update_assignments o where o.terminal_id = ${toId} and o.rule_id = a.rule_id)
      returning rule_id),
    recorded as (
      insert into update_assignment_history (id, rule_id, rule_name, terminal_id, what, by_name, at)
      ${history('unassigned', fromId)} union all ${history('assigned', toId)})
    select rule_id as "ruleId" from moved`)
  return moved.map(({ ruleId }) => ruleId)
}
