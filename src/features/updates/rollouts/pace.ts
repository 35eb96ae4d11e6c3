import { sql } from 'drizzle-orm'
import type { Database } from '../../../db/client'
import type { Pace } from '../rules'
import { sharePercent } from './decide'
import type { RolloutState, WaveCounts } from './lists'

/** Where the rollouts of some rules or sets let some terminals stand. */
export interface Paces {
  /** Undefined: it never had a rollout; all its terminals go at once. */
  of(subjectId: string, terminalId: string): Pace | undefined
  /** One more of it is on offer: who is asked about next counts it. */
  countOffer(subjectId: string): void
}

interface RolloutRow extends Record<string, unknown> {
  id: string
  subjectId: string
  name: string
  state: RolloutState
  wave: number
  maxActive: number | null
  maxRetries: number
  isChanged: boolean
  lastWave: number
  successPercent: number
  counts: WaveCounts
  active: number
}

interface TargetRow extends Record<string, unknown> {
  rolloutId: string
  terminalId: string
  wave: number
  retries: number
  retryAt: string | null
}

/**
 * The newest rollout of a rule or set decides: one that is under way sets the pace, a stopped one blocks it, a finished one
 * lets all go while it is as it was. A terminal that was assigned since its targets were last gathered stands in the last wave, where it will be.
 * Two statements, whatever the number of subjects and terminals.
 */
export async function loadPaces(
  db: Database,
  subjectIds: readonly string[],
  terminalIds: readonly string[],
): Promise<Paces> {
  const rollouts = await loadNewest(db, subjectIds)
  const bySubject = new Map(rollouts.map((one) => [one.subjectId, one]))
  const targets = await loadTargets(
    db,
    rollouts.filter(({ state }) => state !== 'stopped').map(({ id }) => id),
    terminalIds,
  )
  return {
    of(subjectId, terminalId) {
      const rollout = bySubject.get(subjectId)
      return rollout === undefined ? undefined : paceOf(rollout, targets.get(`${rollout.id} ${terminalId}`))
    },
    countOffer(subjectId) {
      const rollout = bySubject.get(subjectId)
      if (rollout !== undefined) rollout.active++
    },
  }
}

async function loadNewest(db: Database, subjectIds: readonly string[]): Promise<RolloutRow[]> {
  if (subjectIds.length === 0) return []
  return db.execute<RolloutRow>(sql`
    select r.id, r.subject_id as "subjectId", r.name, r.state, r.wave, r.max_active as "maxActive",
      r.max_retries as "maxRetries", r.subject_revision <> u.revision as "isChanged",
      (select max(position) from rollout_waves where rollout_id = r.id) as "lastWave",
      w.success_percent as "successPercent", w.counts,
      case when r.max_active is null then 0 else (select count(*)::int from rollout_targets t
        where t.rollout_id = r.id and t.state = 'active') end as active
    from (select distinct on (subject_id) * from rollouts
      where subject_id = any(${sql.param([...subjectIds])}::uuid[]) order by subject_id, id desc) as r
    join rollout_subjects u on u.id = r.subject_id
    join rollout_waves w on w.rollout_id = r.id and w.position = r.wave`)
}

async function loadTargets(
  db: Database,
  rolloutIds: readonly string[],
  terminalIds: readonly string[],
): Promise<Map<string, TargetRow>> {
  if (rolloutIds.length === 0 || terminalIds.length === 0) return new Map()
  const rows = await db.execute<TargetRow>(sql`
    select rollout_id as "rolloutId", terminal_id as "terminalId", wave, retries, retry_at as "retryAt"
    from rollout_targets where rollout_id = any(${sql.param([...rolloutIds])}::uuid[])
      and terminal_id = any(${sql.param([...terminalIds])}::uuid[])`)
  return new Map(rows.map((row) => [`${row.rolloutId} ${row.terminalId}`, row]))
}

/** Until somebody has looked at it, what was changed goes no further: earlier waves vouch for it as it was. */
function stateOf({ state, isChanged }: RolloutRow): Pace['state'] {
  if (!isChanged) return state
  if (state === 'running') return 'halted'
  return state === 'finished' ? 'outdated' : state
}

function paceOf(rollout: RolloutRow, target: TargetRow | undefined): Pace {
  const { name, state, wave, counts, maxRetries, active } = rollout
  const retryAt = target?.retryAt ?? null
  return {
    name,
    state: stateOf(rollout),
    wave: target?.wave ?? rollout.lastWave,
    openWave: wave,
    succeededPercent: sharePercent(counts.succeeded, counts),
    neededPercent: rollout.successPercent,
    retries: target?.retries ?? 0,
    maxRetries,
    retryAtMs: retryAt === null ? null : new Date(retryAt).getTime(),
    active,
    maxActive: state === 'finished' ? null : rollout.maxActive,
  }
}
