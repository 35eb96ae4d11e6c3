import { asc, eq, inArray, sql } from 'drizzle-orm'
import { type Ctx, visibilityOf } from '../../../core/context'
import { visibleTerminals } from '../../terminals'
import { terminalGroups, terminals } from '../../terminals/tables'
import { sharePercent } from './decide'
import { NO_TARGETS, type WaveCounts } from './lists'
import type { RolloutView } from './schemas'
import { rolloutSubjects, rollouts, rolloutTargets, rolloutWaves } from './tables'
import { toldValues } from './within-limits'

/**
 * Rollouts as they are shown, in the order of the ids. Whoever sees all terminals is told the counts that were kept; for
 * limited callers the terminals that they see are counted, and percentages are of those.
 */
export async function loadViews(ctx: Ctx, rolloutIds: readonly string[]): Promise<RolloutView[]> {
  if (rolloutIds.length === 0) return []
  const ids = [...rolloutIds]
  const [rows, waves, seen] = await Promise.all([
    ctx.db
      .select({ rollout: rollouts, subjectName: rolloutSubjects.name })
      .from(rollouts)
      .innerJoin(rolloutSubjects, eq(rolloutSubjects.id, rollouts.subjectId))
      .where(inArray(rollouts.id, ids)),
    ctx.db
      .select({ wave: rolloutWaves, groupName: terminalGroups.name })
      .from(rolloutWaves)
      .leftJoin(terminalGroups, eq(terminalGroups.id, rolloutWaves.groupId))
      .where(inArray(rolloutWaves.rolloutId, ids))
      .orderBy(asc(rolloutWaves.rolloutId), asc(rolloutWaves.position)),
    countSeen(ctx, ids),
  ])
  const found = new Map(rows.map((row) => [row.rollout.id, row]))
  return ids.flatMap((id) => {
    const row = found.get(id)
    if (row === undefined) return []
    const own = waves.filter(({ wave }) => wave.rolloutId === id)
    return [
      toView(
        ctx,
        row,
        own.map((one) => waveView(one, seen)),
      ),
    ]
  })
}

type Seen = ReadonlyMap<string, WaveCounts> | undefined

async function countSeen(ctx: Ctx, rolloutIds: readonly string[]): Promise<Seen> {
  if (visibilityOf(ctx.actor).kind === 'all') return undefined
  const rows = await ctx.db.execute<{ wave: string; state: keyof WaveCounts; count: number }>(sql`
    select concat_ws(' ', ${rolloutTargets.rolloutId}, ${rolloutTargets.wave}) as wave,
      case when ${rolloutTargets.isExcused} then 'excused' else ${rolloutTargets.state} end as state, count(*)::int as count
    from ${rolloutTargets} join ${terminals} on ${terminals.id} = ${rolloutTargets.terminalId}
    where ${inArray(rolloutTargets.rolloutId, [...rolloutIds])} and ${visibleTerminals(ctx)} group by 1, 2`)
  const seen = new Map<string, WaveCounts>()
  for (const { wave, state, count } of rows)
    seen.set(wave, { ...(seen.get(wave) ?? NO_TARGETS), [state]: count })
  return seen
}

interface WaveRow {
  wave: typeof rolloutWaves.$inferSelect
  groupName: string | null
}

function waveView({ wave, groupName }: WaveRow, seen: Seen): RolloutView['waves'][number] {
  const { position, groupId, percent, count, successPercent, errorPercent } = wave
  const isWhole = seen === undefined
  const counts = isWhole ? wave.counts : (seen.get(`${wave.rolloutId} ${position}`) ?? NO_TARGETS)
  return {
    ...{ position, percent, count, successPercent, errorPercent },
    groupId: isWhole ? groupId : null,
    groupName: isWhole ? groupName : null,
    counts,
    succeededPercent: sharePercent(counts.succeeded, counts),
    failedPercent: counts.failed === 0 ? 0 : sharePercent(counts.failed, counts),
    openedAt: wave.openedAt?.toISOString() ?? null,
    finishedAt: wave.finishedAt?.toISOString() ?? null,
  }
}

function toView(
  ctx: Ctx,
  { rollout, subjectName }: { rollout: typeof rollouts.$inferSelect; subjectName: string },
  waves: RolloutView['waves'],
): RolloutView {
  const { id, ruleId, setId, name, state, wave, reason, maxActive, silentMinutes, maxRetries, retryMinutes } =
    rollout
  return {
    ...{
      id,
      ruleId,
      setId,
      subjectName,
      name,
      state,
      wave,
      maxActive,
      silentMinutes,
      maxRetries,
      retryMinutes,
      waves,
    },
    reason: reason === null ? null : { code: reason.code, values: toldValues(ctx, reason.values) },
    revision: rollout.revision,
    createdBy: rollout.createdBy,
    createdAt: rollout.createdAt.toISOString(),
    stateAt: rollout.stateAt.toISOString(),
  }
}
