import { type SQL, sql } from 'drizzle-orm'
import type { Ctx } from '../../../core/context'

interface Offer {
  terminalId: string
  body: Record<string, unknown>
}

/**
 * Marks targets as active in the transaction that offers them the update, so that a limit on simultaneous updates holds
 * from that moment. What is missed here (a rule renamed in between) the job sees within its beat.
 * @param offers as planners are told of them: `body.rule` is the rule's name, which is unique
 */
export function noteOffered(ctx: Pick<Ctx, 'db' | 'clock'>, offers: readonly Offer[]): Promise<void> {
  const rows = offers.map(({ terminalId, body }) => ({ terminal: terminalId, rule: body.rule }))
  return markActive(
    ctx,
    sql`jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb) as o(terminal uuid, rule text)
      join update_rules u on lower(u.name) = lower(o.rule) join rollouts r on r.rule_id = u.id`,
  )
}

/** The same of sets: only the revision that a rollout brings is its matter, repairs of an earlier one are not. */
export function noteSetsOffered(ctx: Pick<Ctx, 'db' | 'clock'>, offers: readonly Offer[]): Promise<void> {
  const rows = offers.map(({ terminalId, body }) => ({
    ...{ terminal: terminalId, set: body.setId, revision: body.revision },
  }))
  return markActive(
    ctx,
    sql`jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb) as o(terminal uuid, set uuid, revision int)
      join rollouts r on r.set_id = o.set and r.subject_revision = o.revision`,
  )
}

/** @param offered offers `o` with the rollouts `r` of what they bring */
async function markActive({ db, clock }: Pick<Ctx, 'db' | 'clock'>, offered: SQL): Promise<void> {
  await db.execute(sql`
    update rollout_targets t set state = 'active', state_at = ${clock.now().toISOString()}, reason = null, retry_at = null,
      is_excused = false
    from (
      select t.rollout_id, t.terminal_id
      from ${offered}
      join rollout_targets t on t.rollout_id = r.id and t.terminal_id = o.terminal
      where r.state in ('running', 'paused', 'halted') and t.state in ('waiting', 'failed', 'left')
      order by t.rollout_id, t.terminal_id for update of t
    ) as offered
    where t.rollout_id = offered.rollout_id and t.terminal_id = offered.terminal_id`)
}
