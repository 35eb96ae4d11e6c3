import { and, asc, eq, gt, inArray, or } from 'drizzle-orm'
import type { Ctx } from '../../../../core/context'
import { rolloutSubjects, rollouts } from '../tables'
import { gatherTargets } from './gather-targets'
import { judgeTargets } from './judge-targets'
import { takeStep } from './take-step'

/** So long the targets of a finished rollout are followed: who was offline gets the update later, who failed the next try. */
const FOLLOWED_MS = 7 * 24 * 3_600_000

/**
 * Brings every rollout as far as it comes by itself. Nothing is kept between two runs but rows: a server that dies in
 * the middle leaves batches that stand and a step that was taken or not, and the next run goes on from there. Two at
 * once do no harm either: targets are written only as they were read, and a step is taken under the rollout's lock.
 */
export async function advanceRollouts(ctx: Ctx, signal: AbortSignal): Promise<Record<keyof Done, number>> {
  const done: Done = {
    rollouts: 0,
    targetsChanged: 0,
    wavesOpened: 0,
    rolloutsHalted: 0,
    rolloutsFinished: 0,
  }
  for (const rollout of await followed(ctx)) {
    if (signal.aborted) break
    done.rollouts++
    await advanceRollout(ctx, rollout, signal, done)
  }
  return done
}

interface Done {
  rollouts: number
  targetsChanged: number
  wavesOpened: number
  rolloutsHalted: number
  rolloutsFinished: number
}

type Followed = Awaited<ReturnType<typeof followed>>[number]

async function followed({ db, clock }: Ctx) {
  const recent = new Date(clock.now().getTime() - FOLLOWED_MS)
  const rows = await db
    .select({
      rollout: rollouts,
      kind: rolloutSubjects.kind,
      isEnabled: rolloutSubjects.isEnabled,
      endsAt: rolloutSubjects.endsAt,
    })
    .from(rollouts)
    .innerJoin(rolloutSubjects, eq(rolloutSubjects.id, rollouts.subjectId))
    .where(
      or(
        inArray(rollouts.state, ['running', 'paused', 'halted']),
        and(eq(rollouts.state, 'finished'), gt(rollouts.stateAt, recent)),
      ),
    )
    .orderBy(asc(rollouts.id))
  return rows.map(({ rollout, ...subject }) => ({ ...rollout, subject }))
}

async function advanceRollout(ctx: Ctx, rollout: Followed, signal: AbortSignal, done: Done): Promise<void> {
  const { id: rolloutId, subjectId, subject, silentMinutes, maxRetries, retryMinutes } = rollout
  // By a rule that is off every target would have left: nothing is judged by it.
  const isOff = !subject.isEnabled || (subject.endsAt !== null && subject.endsAt <= ctx.clock.now())
  if (rollout.state !== 'finished') await gatherTargets(ctx, rolloutId, signal)
  const tries = { silentMinutes, maxRetries, retryMinutes }
  const looked = {
    rolloutId,
    subject: { kind: subject.kind, id: subjectId, revision: rollout.subjectRevision },
    tries,
  }
  for (let wave = rollout.wave; !signal.aborted; wave++) {
    if (!isOff) done.targetsChanged += await judgeTargets(ctx, { ...looked, wave }, signal)
    if (signal.aborted) return
    const step = await takeStep(ctx, rolloutId)
    if (step === 'halt') done.rolloutsHalted++
    if (step === 'finish') done.rolloutsFinished++
    if (step !== 'open') return
    done.wavesOpened++
  }
}
