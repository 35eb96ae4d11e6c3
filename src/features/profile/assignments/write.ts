import { type SQL, sql } from 'drizzle-orm'
import { callerName } from '../../../core/context'
import { newIdInSql } from '../../../core/sql-ids'
import type { MutationScope } from '../../../core/verb'
import type { RuleFacts } from '../../updates/rules'
import { updateAssignmentHistory } from '../tables'
import type { What } from './places'

/** Does the `work` of `placesOf`, with a row of history for each assignment; in the order of the key. */
export function writePlaces(scope: MutationScope, rule: RuleFacts, what: What): SQL {
  const now = scope.clock.now()
  const by = callerName(scope.actor)
  const made = sql`
    insert into update_assignments (id, rule_id, acquirer, tid, terminal_id, assigned_by, assigned_at)
    select w.id, ${rule.id}, w.acquirer, w.tid, case when w.tid is null then w.terminal_id end, ${by},
      ${now.toISOString()}
    from work w order by w.tid, w.acquirer, w.terminal_id`
  const deleted = sql`delete from update_assignments a using work w where a.id = w.id`
  return sql`
    written as (${what === 'assign' ? made : deleted}),
    recorded as (
      insert into ${updateAssignmentHistory} (id, rule_id, rule_name, acquirer, tid, terminal_id, what, by_name, at)
      select ${newIdInSql(now)}, ${rule.id}, ${rule.name}, w.acquirer, w.tid, w.terminal_id, ${`${what}ed`}, ${by},
        ${now.toISOString()}
      from work w)`
}
