import { sql } from 'drizzle-orm'
import type { MutationScope } from '../../../../core/verb'
import { outsideYourLimits } from '../../../terminals'
import { beyondLimits, placeOf } from './find'

/** Rollouts and assignments stand on rules, so that their tables are asked by their names. */

/** Above this many the servers are told that all terminals may have changed, instead of each one. */
const TOLD_ONE_BY_ONE = 500

/** The name of the rollout of this rule that is under way. */
export async function rolloutUnderWay(scope: MutationScope, ruleId: string): Promise<string | undefined> {
  const [rollout] = await scope.db.execute<{ name: string }>(sql`
    select name from rollouts where rule_id = ${ruleId} and state in ('running', 'paused', 'halted')`)
  return rollout?.name
}

/** Rollouts that go by this revision go by the next one too: nothing of what they send has changed. */
export async function keepRollouts(scope: MutationScope, ruleId: string, revision: number): Promise<void> {
  await scope.db.execute(sql`
    update rollouts set subject_revision = ${revision + 1} where rule_id = ${ruleId} and subject_revision = ${revision}`)
}

/** A change of a rule reaches all its terminals: not for callers who do not see each of them (`outside_your_limits`). */
export async function requireReach(scope: MutationScope, ruleId: string): Promise<void> {
  if ((await beyondLimits(scope, [ruleId])).has(ruleId)) throw outsideYourLimits()
}

/** Servers plan anew for the terminals of a rule. */
export async function tellTerminals(scope: MutationScope, ruleId: string): Promise<void> {
  const rows = await scope.db.execute<{ terminalId: string | null }>(sql`
    select place.terminal_id as "terminalId" from (
      select * from update_assignments where rule_id = ${ruleId} limit ${TOLD_ONE_BY_ONE + 1}) a
    left join lateral (${placeOf}) place on true`)
  if (rows.length > TOLD_ONE_BY_ONE) scope.changed({ topic: 'terminals' })
  else
    for (const subjectId of new Set(rows.map((row) => row.terminalId)))
      if (subjectId !== null) scope.changed({ topic: 'terminal', subjectId })
}
