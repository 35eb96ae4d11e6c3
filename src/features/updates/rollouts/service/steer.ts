import { eq, sql } from 'drizzle-orm'
import type { z } from 'zod'
import { requirePermission } from '../../../../core/context'
import { type MutationScope, mutation } from '../../../../core/verb'
import { type Steering, steer } from '../decide'
import { nothingToRetry, rolloutChanged, rolloutNotFound, rolloutStateRefused } from '../errors'
import type { RolloutEvent } from '../lists'
import { keepReached } from '../reached'
import { writeEvent } from '../record'
import { SteerRolloutInput } from '../schemas'
import { rolloutSubjects, rollouts } from '../tables'
import { tellTargets } from '../told'
import { requireNoLimits } from './limits'

type Rollout = typeof rollouts.$inferSelect
const spec = { permission: 'updates:write', input: SteerRolloutInput } as const

/** Offers nothing new; what is under way goes on. */
export const pauseRollout = mutation(spec, async (scope, input) => {
  const { before, after } = await steered(scope, input, 'pause')
  const action = 'rollout.paused'
  scope.audit({ action, ...audited(before, after) })
  return toState(after)
})

/** Goes on. One that had halted excuses the failures it knows of, and takes the rule or set as it is now. */
export const resumeRollout = mutation(spec, async (scope, input) => {
  const { before, after } = await steered(scope, input, 'resume')
  const excused = before.state === 'halted' ? await goOnAnyway(scope, before) : 0
  const action = 'rollout.resumed'
  scope.audit({ action, ...audited(before, after, { excused }) })
  await tellTargets(scope, before.id, sql`wave <= ${before.wave} and state <> 'succeeded'`)
  return toState(after)
})

/**
 * Ends it for good: what is not installed yet is withdrawn, and the rule reaches nobody until another rollout. Terminals
 * that a set's rollout has reached stay as it has made them.
 */
export const stopRollout = mutation(spec, async (scope, input) => {
  const { before, after } = await steered(scope, input, 'stop')
  if (before.setId !== null) await keepReached(scope, before.id)
  const action = 'rollout.stopped'
  scope.audit({ action, ...audited(before, after) })
  await tellTargets(scope, before.id, sql`state in ('active', 'waiting') and wave <= ${before.wave}`)
  return toState(after)
})

/**
 * Has all failed targets tried again, with all their tries by themselves before them; their actions make way within a
 * beat of the job. It does not resume: a halted rollout offers nothing until somebody does.
 */
export const retryFailedTargets = mutation(spec, async (scope, input) => {
  const before = await lock(scope, input)
  if (before.state === 'stopped') throw rolloutStateRefused({ values: { state: before.state } })
  const now = scope.clock.now().toISOString()
  // In the order in which planners hold them.
  const rows = await scope.db.execute<{ id: string }>(sql`
    update rollout_targets set state = 'waiting', reason = null, retries = 0, retry_at = null, is_excused = false,
      state_at = ${now}, checked_at = null
    where rollout_id = ${before.id} and terminal_id in (select terminal_id from rollout_targets
      where rollout_id = ${before.id} and state = 'failed' order by terminal_id for update)
    returning terminal_id as id`)
  if (rows.length === 0) throw nothingToRetry()
  const after = await write(scope, before, { revision: before.revision + 1 })
  await writeEvent(scope, before.id, 'retried', { terminals: rows.length })
  const action = 'rollout.retried'
  scope.audit({ action, subject: subjectOf(before), after: { terminals: rows.length } })
  return { ...toState(after), terminals: rows.length }
})

const EVENTS = { pause: 'paused', resume: 'resumed', stop: 'stopped' } as const satisfies Record<
  Steering,
  RolloutEvent
>

async function steered(scope: MutationScope, input: z.output<typeof SteerRolloutInput>, steering: Steering) {
  const before = await lock(scope, input)
  const state = steer(before.state, steering)
  if (state === undefined) throw rolloutStateRefused({ values: { state: before.state } })
  const change = { state, stateAt: scope.clock.now(), revision: before.revision + 1 }
  const after = await write(scope, before, { ...change, ...(steering === 'resume' ? { reason: null } : {}) })
  await writeEvent(scope, before.id, EVENTS[steering])
  return { before, after }
}

async function lock(
  scope: MutationScope,
  { rolloutId, revision }: z.output<typeof SteerRolloutInput>,
): Promise<Rollout> {
  requireNoLimits(scope)
  const [rollout] = await scope.db
    .select()
    .from(rollouts)
    .where(eq(rollouts.id, rolloutId))
    .for('no key update')
  if (rollout === undefined) throw rolloutNotFound()
  if (rollout.setId !== null) requirePermission(scope.actor, 'apps:write')
  if (rollout.revision !== revision) throw rolloutChanged({ values: { revision: rollout.revision } })
  return rollout
}

async function write({ db }: MutationScope, { id }: Rollout, change: Partial<Rollout>): Promise<Rollout> {
  const [after] = await db.update(rollouts).set(change).where(eq(rollouts.id, id)).returning()
  return after as Rollout
}

/** @returns how many failures are excused */
async function goOnAnyway(
  scope: MutationScope,
  { id, setId, subjectId, subjectRevision }: Rollout,
): Promise<number> {
  const excused = await scope.db.execute(sql`
    update rollout_targets set is_excused = true
    where rollout_id = ${id} and terminal_id in (select terminal_id from rollout_targets
      where rollout_id = ${id} and state = 'failed' and not is_excused order by terminal_id for update)
    returning 1`)
  const [subject] = await scope.db.select().from(rolloutSubjects).where(eq(rolloutSubjects.id, subjectId))
  if (subject !== undefined && subject.revision !== subjectRevision) {
    if (setId !== null) await keepReached(scope, id)
    await scope.db.update(rollouts).set({ subjectRevision: subject.revision }).where(eq(rollouts.id, id))
    // What they succeeded at is not what is asked for any more.
    await scope.db.execute(sql`
      update rollout_targets set state = 'waiting', state_at = ${scope.clock.now().toISOString()}, checked_at = null
      where rollout_id = ${id} and terminal_id in (select terminal_id from rollout_targets
        where rollout_id = ${id} and state = 'succeeded' order by terminal_id for update)`)
  }
  return excused.length
}

const subjectOf = ({ id, name }: Rollout) => ({ kind: 'rollout', id, label: name })
const audited = (before: Rollout, after: Rollout, more: Record<string, unknown> = {}) => ({
  subject: subjectOf(before),
  before: { state: before.state },
  after: { state: after.state, ...more },
})
const toState = ({ id, state, revision }: Rollout) => ({ id, state, revision })
