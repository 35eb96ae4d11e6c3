import { eq } from 'drizzle-orm'
import type { z } from 'zod'
import type { Ctx } from '../../../core/context'
import { type MutationScope, mutation, query } from '../../../core/verb'
import { askForRun } from '../../../jobs/requests'
import { type Counts, countFew } from './count'
import { DIMENSIONS } from './dimensions'
import { type Analysis, type AnalysisChart, AnalysisInput } from './schemas'
import { keyOf, type Places, scopeOf, smallSource } from './scope'
import { JOB_NAME, LIVE_MAX, noteAsked } from './snapshots'
import { analysisScopes } from './tables'

/** The fleet, or the part of it that was chosen, told apart by everything there is; within the caller's limits. */
export const getAnalysis = query({ permission: 'analysis:read', input: AnalysisInput }, (ctx, input) =>
  analyse(ctx, input),
)

/** Asks for newer numbers than there are. Nothing happens where they are counted at each look. */
export const refreshAnalysis = mutation(
  { permission: 'analysis:refresh', input: AnalysisInput },
  (scope, input) => askAnew(scope, input),
)

/** @param liveMax so many terminals are counted at once; more are answered as they were counted last */
export async function analyse(ctx: Ctx, places: Places, liveMax = LIVE_MAX): Promise<Analysis> {
  const scope = scopeOf(ctx, places)
  const few = await smallSource(ctx.db, scope, liveMax)
  if (few !== undefined) {
    const countedAt = ctx.clock.now().toISOString()
    const counts = await countFew(ctx, scope, few)
    return { countedAt, isLive: true, isAwaited: false, ...shown(counts, places) }
  }
  if (await noteAsked(ctx, scope)) await askForRun(ctx.db, JOB_NAME, ctx.actor, ctx.clock.now())
  const [kept] = await ctx.db
    .select({
      counts: analysisScopes.counts,
      countedAt: analysisScopes.countedAt,
      wantedAt: analysisScopes.wantedAt,
    })
    .from(analysisScopes)
    .where(eq(analysisScopes.key, keyOf(scope)))
  return {
    countedAt: kept?.countedAt?.toISOString() ?? null,
    isLive: false,
    isAwaited: kept?.counts == null || kept.wantedAt !== null,
    ...shown(kept?.counts ?? NOTHING, places),
  }
}

const NOTHING: Counts = { terminals: 0, inService: 0, charts: [] }

/** The same for `refreshAnalysis`. */
export async function askAnew(
  scope: MutationScope,
  places: z.output<typeof AnalysisInput>,
  liveMax = LIVE_MAX,
): Promise<{ isAsked: boolean }> {
  const wanted = scopeOf(scope, places)
  if ((await smallSource(scope.db, wanted, liveMax)) !== undefined) {
    scope.nothingChanged()
    return { isAsked: false }
  }
  await noteAsked(scope, wanted)
  const now = scope.clock.now()
  await scope.db
    .update(analysisScopes)
    .set({ wantedAt: now })
    .where(eq(analysisScopes.key, keyOf(wanted)))
  await askForRun(scope.db, JOB_NAME, scope.actor, now)
  const subject = { kind: 'job', id: JOB_NAME, label: JOB_NAME }
  scope.audit({ action: 'job.run_requested', subject, after: { isDryRun: false } })
  return { isAsked: true }
}

/** What was counted, each number with the filter that finds its terminals. */
function shown(counts: Counts, { groupId, merchantId }: Places) {
  const places = {
    ...(groupId === undefined ? {} : { groupId }),
    ...(merchantId === undefined ? {} : { merchantId }),
  }
  const charts = counts.charts.flatMap(
    ({ dimension: id, subject, terminals, kinds, values }): AnalysisChart[] => {
      // An older server may have counted by what this one does not know.
      const dimension = DIMENSIONS.find((one) => one.id === id)
      if (dimension === undefined) return []
      const isOfAll = 'columns' in dimension && dimension.isOfAll === true
      const told = values.reduce((sum, one) => sum + one.terminals, 0)
      return [
        {
          dimension: id,
          subject,
          terminals,
          slices: values.map(({ value, terminals: count }) => ({
            value: value.includes(null) ? null : value.join(' '),
            terminals: count,
            filter: {
              ...places,
              ...(isOfAll ? {} : { inService: true }),
              ...dimension.filterOf(value, subject),
            },
          })),
          rest: { values: kinds - values.length, terminals: terminals - told },
        },
      ]
    },
  )
  return { terminals: counts.terminals, inService: counts.inService, charts }
}
