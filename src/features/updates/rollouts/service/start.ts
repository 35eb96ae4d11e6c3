import { eq, sql } from 'drizzle-orm'
import type { z } from 'zod'
import { callerName } from '../../../../core/context'
import { newId } from '../../../../core/ids'
import { type MutationScope, mutation, query } from '../../../../core/verb'
import type { Database } from '../../../../db/client'
import { groupNotFound } from '../../../terminals'
import { terminalGroups } from '../../../terminals/tables'
import { ruleNotFound } from '../../rules'
import { updateRules } from '../../rules/tables'
import { waveSizes } from '../decide'
import { rolloutUnderWay, rolloutWithoutTerminals, wavesDoNotAddUp } from '../errors'
import { NO_TARGETS } from '../lists'
import { writeEvent } from '../record'
import { PreviewRolloutInput, StartRolloutInput, type WaveInput } from '../schemas'
import { rollouts, rolloutWaves } from '../tables'
import { tellTargets } from '../told'
import { requireNoLimits } from './limits'

/** How many terminals each wave would take. `rule_not_found`, `rollout_without_terminals`, `waves_do_not_add_up`. */
export const previewRollout = query(
  { permission: 'updates:read', input: PreviewRolloutInput },
  async (ctx, { ruleId, waves }) => {
    requireNoLimits(ctx)
    if ((await ctx.db.$count(updateRules, eq(updateRules.id, ruleId))) === 0) throw ruleNotFound()
    const sizes = await sizesOf(ctx.db, ruleId, waves)
    return {
      terminals: sizes.reduce((sum, size) => sum + size, 0),
      waves: sizes.map((terminals, position) => ({ position, terminals })),
    }
  },
)

/**
 * Sends a rule on its way: from this moment its terminals get it wave by wave, the first one at once. Which terminals a
 * share or a number takes is drawn: a wave is a sample of all. A rule that is off is switched on by it, so that it can be
 * assigned before and yet reaches nobody but by the waves. `rollout_under_way` where the rule has one already.
 */
export const startRollout = mutation(
  { permission: 'updates:write', input: StartRolloutInput },
  async (scope, input) => {
    requireNoLimits(scope)
    const { ruleId, waves } = input
    const rule = await lockRule(scope.db, ruleId)
    const sizes = await sizesOf(scope.db, ruleId, waves)
    const revision = rule.isEnabled ? rule.revision : await switchOn(scope, ruleId, rule)
    const id = await writeRollout(scope, input, revision, sizes)
    await drawTargets(scope, id, input, sizes)
    const terminals = sizes.reduce((sum, size) => sum + size, 0)
    await writeEvent(scope, id, 'started', { terminals })
    scope.audit({
      action: 'rollout.started',
      subject: { kind: 'rollout', id, label: input.name },
      after: { rule: rule.name, terminals, waves: waves.length, maxActive: input.maxActive ?? null },
    })
    await tellTargets(scope, id, sql`true`)
    return { rolloutId: id, terminals }
  },
)

/** Held until the end: of two that are started at once one must see the other. */
async function lockRule(db: Database, ruleId: string) {
  const [rule] = await db
    .select({
      name: updateRules.name,
      revision: updateRules.revision,
      isEnabled: updateRules.isEnabled,
    })
    .from(updateRules)
    .where(eq(updateRules.id, ruleId))
    .for('no key update')
  if (rule === undefined) throw ruleNotFound()
  const [underWay] = await db.execute<{ name: string }>(sql`
    select name from rollouts where rule_id = ${ruleId} and state in ('running', 'paused', 'halted')`)
  if (underWay !== undefined) throw rolloutUnderWay({ values: { rollout: underWay.name } })
  return rule
}

/** @returns its revision from then on */
async function switchOn(
  scope: MutationScope,
  ruleId: string,
  { name, revision }: { name: string; revision: number },
): Promise<number> {
  const change = {
    isEnabled: true,
    revision: revision + 1,
    updatedBy: callerName(scope.actor),
    updatedAt: scope.clock.now(),
  }
  await scope.db.update(updateRules).set(change).where(eq(updateRules.id, ruleId))
  scope.audit({
    action: 'update_rule.updated',
    subject: { kind: 'update_rule', id: ruleId, label: name },
    before: { isEnabled: false },
    after: { isEnabled: true },
  })
  return revision + 1
}

async function sizesOf(db: Database, ruleId: string, waves: readonly WaveInput[]): Promise<number[]> {
  const groupId = waves[0]?.groupId ?? null
  if (groupId !== null && (await db.$count(terminalGroups, eq(terminalGroups.id, groupId))) === 0)
    throw groupNotFound()
  const [found] = await db.execute<{ pilot: number; others: number }>(sql`
    select count(*) filter (where is_pilot)::int as pilot, count(*) filter (where not is_pilot)::int as others
    from (${assigned(ruleId, groupId)}) as a`)
  const { pilot = 0, others = 0 } = found ?? {}
  if (pilot + others === 0) throw rolloutWithoutTerminals()
  const sizes = waveSizes(waves, { pilot, others })
  if (sizes === undefined) throw wavesDoNotAddUp({ values: { terminals: others } })
  return sizes
}

const assigned = (ruleId: string, groupId: string | null) => sql`
  select a.terminal_id, exists (select from terminal_group_members g
    where g.group_id = ${groupId}::uuid and g.terminal_id = a.terminal_id) as is_pilot
  from assigned_terminals a where a.rule_id = ${ruleId}`

async function writeRollout(
  { db, clock, actor }: MutationScope,
  input: z.output<typeof StartRolloutInput>,
  ruleRevision: number,
  sizes: readonly number[],
): Promise<string> {
  const now = clock.now()
  const id = newId(now.getTime())
  const { ruleId, name, silentMinutes, maxRetries, retryMinutes } = input
  await db.insert(rollouts).values({
    ...{ id, ruleId, name, silentMinutes, maxRetries, retryMinutes, ruleRevision },
    state: 'running',
    maxActive: input.maxActive ?? null,
    createdBy: callerName(actor),
    createdAt: now,
    stateAt: now,
  })
  await db.insert(rolloutWaves).values(
    input.waves.map((wave, position) => ({
      ...wave,
      rolloutId: id,
      position,
      counts: { ...NO_TARGETS, waiting: sizes[position] ?? 0 },
      openedAt: position === 0 ? now : null,
    })),
  )
  return id
}

/** The places are drawn by the rollout's own id, so that not always the same terminals come first. */
async function drawTargets(
  { db, clock }: MutationScope,
  id: string,
  { ruleId, waves }: Pick<z.output<typeof StartRolloutInput>, 'ruleId' | 'waves'>,
  sizes: readonly number[],
): Promise<void> {
  const groupId = waves[0]?.groupId ?? null
  const first = groupId === null ? 0 : 1
  // Where each wave of the drawn ends; the last one has no end.
  const ends: number[] = []
  for (const size of sizes.slice(first, -1)) ends.push((ends.at(-1) ?? 0) + size)
  await db.execute(sql`
    insert into rollout_targets (rollout_id, terminal_id, wave, state_at)
    select ${id}, terminal_id,
      case when is_pilot then 0 else ${first}::int + width_bucket(place, ${sql.param(ends)}::bigint[]) end,
      ${clock.now().toISOString()}
    from (select terminal_id, is_pilot,
        row_number() over (partition by is_pilot order by md5(${id}::text || terminal_id::text), terminal_id) - 1 as place
      from (${assigned(ruleId, groupId)}) as a) as drawn
    order by terminal_id`)
}
