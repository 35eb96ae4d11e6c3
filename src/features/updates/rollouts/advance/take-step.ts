import { and, asc, eq, sql } from 'drizzle-orm'
import type { Ctx } from '../../../../core/context'
import { inMutation, type MutationScope } from '../../../../core/verb'
import { releaseRevision } from '../../../apps/sets'
import { decideRollout, type RolloutFacts, type Step } from '../decide'
import { NO_TARGETS, type WaveCounts } from '../lists'
import { writeEvent } from '../record'
import { rolloutSubjects, rollouts, rolloutWaves } from '../tables'
import { tellTargets } from '../told'

type Rollout = typeof rollouts.$inferSelect
type Wave = typeof rolloutWaves.$inferSelect

/**
 * Counts the targets of a rollout and takes the step that follows, with the rollout's row held: whoever else counts at the
 * same time finds that step taken. @returns what was done; null: nothing
 */
export function takeStep(ctx: Ctx, rolloutId: string): Promise<Step['do'] | null> {
  return inMutation(ctx, async (scope) => {
    const [rollout] = await scope.db
      .select()
      .from(rollouts)
      .where(eq(rollouts.id, rolloutId))
      .for('no key update')
    const step = rollout === undefined ? null : await decide(scope, rollout)
    if (rollout === undefined || step === null) scope.nothingChanged()
    else await apply(scope, rollout, step)
    return step?.do ?? null
  })
}

async function decide(scope: MutationScope, rollout: Rollout): Promise<Step | null> {
  const waves = await recount(scope, rollout.id)
  const subject = await subjectOf(scope, rollout)
  const kind = rollout.setId === null ? 'rule' : 'set'
  return decideRollout({ state: rollout.state, wave: rollout.wave, kind, subject }, waves)
}

/** Counted from the targets themselves, and kept for whoever shows them. */
async function recount({ db }: MutationScope, rolloutId: string): Promise<Wave[]> {
  const ofRollout = eq(rolloutWaves.rolloutId, rolloutId)
  const waves = await db.select().from(rolloutWaves).where(ofRollout).orderBy(asc(rolloutWaves.position))
  const counts = await countTargets(db, rolloutId)
  for (const wave of waves) {
    const now = counts.get(wave.position) ?? NO_TARGETS
    if (isSame(now, wave.counts)) continue
    wave.counts = now
    await db
      .update(rolloutWaves)
      .set({ counts: now })
      .where(and(ofRollout, eq(rolloutWaves.position, wave.position)))
  }
  return waves
}

async function countTargets(db: MutationScope['db'], rolloutId: string): Promise<Map<number, WaveCounts>> {
  const rows = await db.execute<{ wave: number; state: keyof WaveCounts; count: number }>(sql`
    select wave, case when state = 'failed' and is_excused then 'excused' else state end as state, count(*)::int as count
    from rollout_targets where rollout_id = ${rolloutId} group by 1, 2`)
  const counts = new Map<number, WaveCounts>()
  for (const { wave, state, count } of rows)
    counts.set(wave, { ...(counts.get(wave) ?? NO_TARGETS), [state]: count })
  return counts
}

const isSame = (one: WaveCounts, other: WaveCounts) =>
  (Object.keys(NO_TARGETS) as (keyof WaveCounts)[]).every((state) => one[state] === other[state])

async function subjectOf({ db, clock }: MutationScope, rollout: Rollout): Promise<RolloutFacts['subject']> {
  const [subject] = await db.select().from(rolloutSubjects).where(eq(rolloutSubjects.id, rollout.subjectId))
  if (subject === undefined || !subject.isEnabled) return 'disabled'
  if (subject.endsAt !== null && subject.endsAt <= clock.now()) return 'over'
  return subject.revision === rollout.subjectRevision ? 'as_it_was' : 'changed'
}

async function apply(scope: MutationScope, rollout: Rollout, step: Step): Promise<void> {
  const now = scope.clock.now()
  const waveAt = (position: number) =>
    and(eq(rolloutWaves.rolloutId, rollout.id), eq(rolloutWaves.position, position))
  const ofRollout = eq(rollouts.id, rollout.id)
  const subject = { kind: 'rollout', id: rollout.id, label: rollout.name }
  if (step.do === 'halt') {
    const change = { state: 'halted', reason: step.reason, stateAt: now } as const
    await scope.db
      .update(rollouts)
      .set({ ...change, revision: rollout.revision + 1 })
      .where(ofRollout)
    await writeEvent(scope, rollout.id, 'halted', { ...step.reason })
    const { code, values } = step.reason
    const action = 'rollout.halted'
    scope.audit({
      action,
      subject,
      before: { state: 'running' },
      after: { state: 'halted', haltReason: code, ...values },
    })
    // What they have been offered and not begun is taken back at once.
    await tellTargets(scope, rollout.id, sql`state = 'active'`)
    return
  }
  await scope.db.update(rolloutWaves).set({ finishedAt: now }).where(waveAt(rollout.wave))
  if (step.do === 'finish') {
    const change = { state: 'finished', stateAt: now, revision: rollout.revision + 1 } as const
    await scope.db.update(rollouts).set(change).where(ofRollout)
    await writeEvent(scope, rollout.id, 'finished')
    if (rollout.setId !== null) await releaseRevision(scope, rollout.setId, rollout.subjectRevision)
    const action = 'rollout.finished'
    scope.audit({ action, subject, before: { state: 'running' }, after: { state: 'finished' } })
    return
  }
  // No new revision: who stops a rollout must not be told that it went on meanwhile.
  await scope.db.update(rollouts).set({ wave: step.wave }).where(ofRollout)
  await scope.db.update(rolloutWaves).set({ openedAt: now }).where(waveAt(step.wave))
  await writeEvent(scope, rollout.id, 'wave_opened', { wave: step.wave })
  const action = 'rollout.wave_opened'
  scope.audit({ action, subject, before: { wave: rollout.wave + 1 }, after: { wave: step.wave + 1 } })
  await tellTargets(scope, rollout.id, sql`wave = ${step.wave} and state <> 'succeeded'`)
}
