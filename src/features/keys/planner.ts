import { and, eq, inArray, or, sql } from 'drizzle-orm'
import type { MutationScope } from '../../core/verb'
import { type Plan, type Planner, type StandingAction, standingActions } from '../actions'
import { isToBeTold, type KeyLoad } from './decide'
import { DELIVERABLE } from './lists'
import { factsOf, type KeyFileRow, subjectOf } from './moves'
import { noteStatuses } from './notice'
import { noteActionResult } from './results'
import { keyFiles, keyLoads } from './tables'

const STREAM_ROWS = 5_000

/**
 * A terminal is told of the newest file that it may fetch. What is installed proves its action; who moves it there is its
 * result (results.ts) or its status (notice.ts).
 */
export const keyPlanner: Planner = {
  kind: 'keys',
  reads: ['keys', 'transportKeyKcv'],

  async plan(ctx, terminals) {
    await noteStatuses(ctx, terminals)
    const ids = terminals.map(({ terminalId }) => terminalId)
    const standing = await standingActions(ctx.db, 'keys', ids)
    const offers = standing.map(({ subjectId }) => subjectId)
    const rows = await ctx.db
      .select({ file: keyFiles, load: keyLoads })
      .from(keyFiles)
      .innerJoin(keyLoads, eq(keyLoads.terminalId, keyFiles.terminalId))
      .where(
        and(
          inArray(keyFiles.terminalId, ids),
          or(
            inArray(keyFiles.state, [...DELIVERABLE]),
            offers.length === 0 ? undefined : inArray(keyFiles.offerId, offers),
          ),
        ),
      )
      .orderBy(keyFiles.sequence)
    const now = ctx.clock.now()
    const plans = new Map<string, Plan>()
    for (const { file, load } of rows)
      plans.set(file.terminalId, planOf(plans.get(file.terminalId), file, load, standing, now))
    return plans
  },

  offered: noteOffered,
  reported: noteActionResult,

  async *candidates(ctx) {
    const found = ctx.sql<{ id: string }[]>`
      select distinct terminal_id as id from key_files where state in ('available', 'offered', 'delivered')`
    for await (const batch of found.cursor(STREAM_ROWS)) yield batch.map((row) => row.id)
  },
}

/** Pure: the plan with one more file in it, newer than those before. */
function planOf(
  before: Plan = { wishes: [], provenSubjectIds: [] },
  file: KeyFileRow,
  load: KeyLoad,
  standing: readonly StandingAction[],
  now: Date,
): Plan {
  const { offerId } = file
  if (file.state === 'installed')
    return { ...before, provenSubjectIds: [...before.provenSubjectIds, offerId] }
  if (!DELIVERABLE.includes(file.state)) return before
  // Who says that it is installed is not told again, but its action stands until that is proved.
  const isWished =
    file.confirmBy === null
      ? isToBeTold(file, load, now)
      : standing.some(({ subjectId }) => subjectId === offerId)
  const times = [before.recheckAt, file.leaseUntil, file.notAfter, file.confirmBy]
  const ahead = times.flatMap((one) => (one && one > now ? [one.getTime()] : []))
  return {
    wishes: isWished ? [{ subjectId: offerId, body: bodyOf(file) }] : before.wishes,
    provenSubjectIds: before.provenSubjectIds,
    recheckAt: ahead.length === 0 ? undefined : new Date(Math.min(...ahead)),
  }
}

function bodyOf({ id, sequence, sha256, sizeBytes }: KeyFileRow): Record<string, unknown> {
  return { bundleId: id, sequence, sha256, size: sizeBytes, url: `/terminal/v1/keys/${id}` }
}

/** All at once: the transaction holds the terminals of a whole batch, and their loads are locked in the same order. */
async function noteOffered(
  scope: MutationScope,
  offers: readonly { terminalId: string; subjectId: string }[],
): Promise<void> {
  const { db } = scope
  const now = scope.clock.now()
  const ids = offers.map(({ terminalId }) => terminalId)
  await db
    .select({ terminalId: keyLoads.terminalId })
    .from(keyLoads)
    .where(inArray(keyLoads.terminalId, ids))
    .orderBy(keyLoads.terminalId)
    .for('update')
  const told = await db
    .update(keyFiles)
    .set({ state: 'offered', stateAt: now })
    .where(
      and(
        inArray(
          keyFiles.offerId,
          offers.map(({ subjectId }) => subjectId),
        ),
        eq(keyFiles.state, 'available'),
      ),
    )
    .returning()
  if (told.length === 0) return
  await db
    .update(keyLoads)
    .set({ state: 'offered', stateAt: now })
    .where(
      inArray(
        keyLoads.fileId,
        told.map(({ id }) => id),
      ),
    )
  const serials = await db.execute<{ id: string; serial: string }>(
    sql`select id, serial from terminals where id in ${told.map(({ terminalId }) => terminalId)}`,
  )
  const serialOf = new Map(serials.map(({ id, serial }) => [id, serial]))
  for (const file of told)
    scope.audit({
      action: 'key.offered',
      subject: subjectOf(file, serialOf.get(file.terminalId) ?? ''),
      before: { state: 'available' },
      after: { state: 'offered', ...factsOf(file) },
    })
}
