import { and, eq, gt, sql } from 'drizzle-orm'
import type { z } from 'zod'
import { callerName, requirePermission } from '../../../../core/context'
import { newId } from '../../../../core/ids'
import { type MutationScope, mutation, query } from '../../../../core/verb'
import type { Database } from '../../../../db/client'
import { setNotFound, setReleased } from '../../../apps/sets'
import { appSets } from '../../../apps/sets/tables'
import { groupNotFound } from '../../../terminals'
import { terminalGroups } from '../../../terminals/tables'
import { ruleNotFound } from '../../rules'
import { updateRules } from '../../rules/tables'
import { waveSizes } from '../decide'
import { rolloutUnderWay, rolloutWithoutTerminals, wavesDoNotAddUp } from '../errors'
import { NO_TARGETS } from '../lists'
import { writeEvent } from '../record'
import { PreviewRolloutInput, StartRolloutInput, type WaveInput } from '../schemas'
import { rolloutSubjects, rollouts, rolloutWaves } from '../tables'
import { tellTargets } from '../told'
import { requireNoLimits } from './limits'

type Given = Pick<z.output<typeof StartRolloutInput>, 'ruleId' | 'setId'>

/**
 * How many terminals each wave would take. `rule_not_found`, `app_set_not_found`, `rollout_without_terminals`,
 * `waves_do_not_add_up`.
 */
export const previewRollout = query(
  { permission: 'updates:read', input: PreviewRolloutInput },
  async (ctx, { waves, ...given }) => {
    requireNoLimits(ctx)
    const { id } = await findSubject(ctx.db, given)
    const sizes = await sizesOf(ctx.db, id, waves)
    return {
      terminals: sizes.reduce((sum, size) => sum + size, 0),
      waves: sizes.map((terminals, position) => ({ position, terminals })),
    }
  },
)

/**
 * Sends a rule, or the newest revision of a set, on its way: from this moment its terminals get it wave by wave, the first
 * one at once. Which terminals a share or a number takes is drawn: a wave is a sample of all. A rule that is off is
 * switched on by it, so that it can be assigned before and yet reaches nobody but by the waves. `rollout_under_way` where
 * there is one already; `app_set_released` where all terminals of the set are led to its newest revision anyway.
 */
export const startRollout = mutation(
  { permission: 'updates:write', input: StartRolloutInput },
  async (scope, input) => {
    requireNoLimits(scope)
    if (input.setId !== undefined) requirePermission(scope.actor, 'apps:write')
    const subject = await lockSubject(scope, input)
    const sizes = await sizesOf(scope.db, subject.id, input.waves)
    const revision = await makeReady(scope, subject)
    const id = await writeRollout(scope, input, revision, sizes)
    await drawTargets(scope, id, { subjectId: subject.id, waves: input.waves }, sizes)
    const terminals = sizes.reduce((sum, size) => sum + size, 0)
    await writeEvent(scope, id, 'started', { terminals })
    scope.audit({
      action: 'rollout.started',
      subject: { kind: 'rollout', id, label: input.name },
      after: {
        [subject.kind]: subject.name,
        ...{ terminals, waves: input.waves.length, maxActive: input.maxActive ?? null },
      },
    })
    await tellTargets(scope, id, sql`true`)
    return { rolloutId: id, terminals }
  },
)

type Subject = typeof rolloutSubjects.$inferSelect

async function findSubject(db: Database, { ruleId, setId }: Given): Promise<Subject> {
  const kind = setId === undefined ? 'rule' : 'set'
  const [subject] = await db
    .select()
    .from(rolloutSubjects)
    .where(and(eq(rolloutSubjects.kind, kind), eq(rolloutSubjects.id, ruleId ?? setId ?? '')))
  if (subject === undefined) throw kind === 'rule' ? ruleNotFound() : setNotFound()
  return subject
}

/** Held until the end: of two that are started at once one must see the other. */
async function lockSubject(scope: MutationScope, given: Given): Promise<Subject> {
  const { id } = await findSubject(scope.db, given)
  const table = given.setId === undefined ? updateRules : appSets
  await scope.db.select({ id: table.id }).from(table).where(eq(table.id, id)).for('no key update')
  const subject = await findSubject(scope.db, given)
  const [underWay] = await scope.db.execute<{ name: string }>(sql`
    select name from rollouts where subject_id = ${id} and state in ('running', 'paused', 'halted')`)
  if (underWay !== undefined) throw rolloutUnderWay({ values: { rollout: underWay.name } })
  return subject
}

/** @returns the revision that the rollout brings */
async function makeReady(scope: MutationScope, { kind, id, ...subject }: Subject): Promise<number> {
  if (kind === 'rule') return subject.isEnabled ? subject.revision : switchOn(scope, id, subject)
  const isWaiting = await scope.db.$count(
    appSets,
    and(eq(appSets.id, id), gt(appSets.revision, appSets.releasedRevision)),
  )
  if (isWaiting === 0) throw setReleased()
  return subject.revision
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

async function sizesOf(db: Database, subjectId: string, waves: readonly WaveInput[]): Promise<number[]> {
  const groupId = waves[0]?.groupId ?? null
  if (groupId !== null && (await db.$count(terminalGroups, eq(terminalGroups.id, groupId))) === 0)
    throw groupNotFound()
  const [found] = await db.execute<{ pilot: number; others: number }>(sql`
    select count(*) filter (where is_pilot)::int as pilot, count(*) filter (where not is_pilot)::int as others
    from (${audience(subjectId, groupId)}) as a`)
  const { pilot = 0, others = 0 } = found ?? {}
  if (pilot + others === 0) throw rolloutWithoutTerminals()
  const sizes = waveSizes(waves, { pilot, others })
  if (sizes === undefined) throw wavesDoNotAddUp({ values: { terminals: others } })
  return sizes
}

const audience = (subjectId: string, groupId: string | null) => sql`
  select a.terminal_id, exists (select from terminal_group_members g
    where g.group_id = ${groupId}::uuid and g.terminal_id = a.terminal_id) as is_pilot
  from rollout_audience a where a.subject_id = ${subjectId}`

async function writeRollout(
  { db, clock, actor }: MutationScope,
  input: z.output<typeof StartRolloutInput>,
  subjectRevision: number,
  sizes: readonly number[],
): Promise<string> {
  const now = clock.now()
  const id = newId(now.getTime())
  const { ruleId, setId, name, silentMinutes, maxRetries, retryMinutes } = input
  await db.insert(rollouts).values({
    ...{ id, ruleId, setId, name, silentMinutes, maxRetries, retryMinutes, subjectRevision },
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
  { subjectId, waves }: { subjectId: string; waves: readonly WaveInput[] },
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
      from (${audience(subjectId, groupId)}) as a) as drawn
    order by terminal_id`)
}
