import { sql } from 'drizzle-orm'
import type { Ctx } from '../../../../core/context'
import { appendChanges, inTransaction } from '../../../../core/verb'
import { decideFor, gather } from '../gather'
import { decideNewestFor, gatherSets } from '../gather-sets'
import type { SubjectKind } from '../lists'
import { keepReached } from '../reached'
import {
  type JudgedDecision,
  type JudgedTarget,
  judgeTarget,
  type StandingOffer,
  type Tries,
} from '../target'

/** Targets that one statement goes through to find those that are due; it bounds its work. */
const STRIDE = 5_000
const BATCH = 500
/** What neither a terminal nor an operator tells of, such as a proof that came late, is seen by then. */
const LOOK_AGAIN_MS = 5 * 60_000
/** Commits come later than the moments they carry. */
const OVERLAP_MS = 30_000
const MINUTE_MS = 60_000

export interface Looked {
  rolloutId: string
  /** With the revision that the rollout brings. */
  subject: { kind: SubjectKind; id: string; revision: number }
  wave: number
  tries: Tries
}

interface TargetRow extends Record<string, unknown> {
  id: string
  state: JudgedTarget['state']
  reason: string | null
  retries: number
  retryAtMs: number | null
  isExcused: boolean
  stateAt: string
  sinceMs: number
}

/**
 * Looks at the targets of the waves that have been opened, 500 at a time, and writes where each stands. Only those are
 * looked at of which something may have changed: their action, their status, their entry in the registry, their time.
 * What was changed in between by others is left for the next look; each batch stands by itself, so a server that dies
 * over one loses nothing.
 * @returns how many have changed
 */
export async function judgeTargets(ctx: Ctx, looked: Looked, signal: AbortSignal): Promise<number> {
  let changed = 0
  let after: string | undefined = '00000000-0000-0000-0000-000000000000'
  while (after !== undefined && !signal.aborted) {
    const now = ctx.clock.now()
    const last: string | undefined = await endOfStride(ctx, looked.rolloutId, after)
    const rows = await dueTargets(ctx, looked, { after, last }, now.getTime())
    for (let from = 0; from < rows.length && !signal.aborted; from += BATCH)
      changed += await judgeBatch(ctx, looked, rows.slice(from, from + BATCH), now)
    after = last
  }
  return changed
}

/** Undefined: nothing is behind it. */
async function endOfStride({ db }: Ctx, rolloutId: string, after: string): Promise<string | undefined> {
  const [row] = await db.execute<{ id: string }>(sql`
    select terminal_id as id from rollout_targets where rollout_id = ${rolloutId} and terminal_id > ${after}
    order by terminal_id offset ${STRIDE - 1} limit 1`)
  return row?.id
}

function dueTargets(
  { db }: Ctx,
  { rolloutId, subject, wave, tries }: Looked,
  { after, last }: { after: string; last: string | undefined },
  nowMs: number,
): Promise<TargetRow[]> {
  const ago = (ms: number) => sql`${new Date(nowMs - ms).toISOString()}::timestamptz`
  const since = sql`t.checked_at - make_interval(secs => ${OVERLAP_MS / 1000})`
  return db.execute<TargetRow>(sql`
    select t.terminal_id as id, t.state, t.reason, t.retries, t.is_excused as "isExcused",
      (extract(epoch from t.retry_at) * 1000)::float8 as "retryAtMs", to_char(t.state_at at time zone 'UTC', ${ISO}) as "stateAt",
      (extract(epoch from greatest(t.state_at, w.opened_at)) * 1000)::float8 as "sinceMs"
    from rollout_targets t
    join rollout_waves w on w.rollout_id = t.rollout_id and w.position = t.wave
    join terminals m on m.id = t.terminal_id
    where t.rollout_id = ${rolloutId} and t.wave <= ${wave} and t.state <> 'succeeded' and t.terminal_id > ${after}
      and t.terminal_id <= ${last ?? LAST_ID}
      and t.reason is distinct from 'not_assigned'
      and (t.checked_at is null or t.checked_at < ${ago(LOOK_AGAIN_MS)} or m.updated_at >= ${since}
        or t.state = 'active' and t.state_at <= ${ago(tries.silentMinutes * MINUTE_MS)}
        or (select updated_at from rollout_subjects where id = ${subject.id}) >= ${since}
        or exists (select from terminal_status s where s.terminal_id = t.terminal_id and s.received_at >= ${since})
        or exists (select from terminal_actions a where a.terminal_id = t.terminal_id and a.kind = ${ACTION_OF[subject.kind]}
          and greatest(a.state_at, a.heard_at, a.retried_at) >= ${since}))
    order by t.terminal_id`)
}

const LAST_ID = 'ffffffff-ffff-ffff-ffff-ffffffffffff'
/** Microseconds and all: what is compared must be what was read. */
const ISO = 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'

async function judgeBatch(ctx: Ctx, looked: Looked, rows: readonly TargetRow[], now: Date): Promise<number> {
  const ids = rows.map(({ id }) => id)
  const decided = await decideTargets(ctx, looked.subject, ids, now.getTime())
  const judged = rows.flatMap((row) => {
    const { decision, standing = [] } = decided(row.id)
    // Not assigned any more in this moment: the next gathering of targets sees to it.
    if (decision === undefined) return []
    const facts = { ...row, stateAtMs: row.sinceMs }
    return [{ row, next: judgeTarget(facts, decision, standing, looked.tries, now.getTime()) }]
  })
  return inTransaction(ctx, async (within) => {
    const changed = await writeBatch(within, looked.rolloutId, judged, now)
    if (looked.subject.kind === 'set') await keepReached(within, looked.rolloutId, ids)
    return changed
  })
}

/** What the rollout's own subject comes to for each of these terminals, and what they were told. */
async function decideTargets(
  ctx: Ctx,
  { kind, id, revision }: Looked['subject'],
  ids: readonly string[],
  nowMs: number,
) {
  if (kind === 'rule') {
    const gathered = await gather(ctx, ids)
    return (terminalId: string): Decided => ({
      decision: decideFor(gathered, terminalId, nowMs).find((one) => one.ruleId === id),
      standing: gathered.standing.get(terminalId),
    })
  }
  const gathered = await gatherSets(ctx, ids)
  return (terminalId: string): Decided => {
    const connection = gathered.connections.get(terminalId)
    // By a set that was changed nobody is judged: what the newest revision comes to says nothing of the one that was brought.
    const isSame = connection?.setId === id && connection.newest === revision
    return {
      decision: isSame ? decideNewestFor(gathered, terminalId, nowMs) : undefined,
      standing: gathered.standing.get(terminalId),
    }
  }
}

interface Decided {
  decision: JudgedDecision | undefined
  standing: readonly StandingOffer[] | undefined
}

const ACTION_OF = { rule: 'update', set: 'apps' } as const

type Judged = readonly { row: TargetRow; next: JudgedTarget }[]

/** Waits for no lock: rows that somebody else holds are looked at again on the next beat. */
async function writeBatch({ db }: Ctx, rolloutId: string, judged: Judged, now: Date): Promise<number> {
  const at = now.toISOString()
  const retried = await lockActions(
    db,
    judged.flatMap(({ next }) => (next.retriedActionId === null ? [] : [next.retriedActionId])),
  )
  const free = judged.filter(({ next }) => next.retriedActionId === null || retried.has(next.retriedActionId))
  const values = free.map(({ row, next }) => ({
    id: row.id,
    was: row.state,
    was_at: row.stateAt,
    was_excused: row.isExcused,
    state: next.state,
    reason: next.reason,
    retries: next.retries,
    retry_at: next.retryAtMs === null ? null : new Date(next.retryAtMs).toISOString(),
    is_excused: next.isExcused,
    action: next.retriedActionId,
    is_changed: isChanged(row, next),
  }))
  const written = await db.execute<{ id: string; action: string | null; isChanged: boolean }>(sql`
    with held as (
      select t.terminal_id, v.* from rollout_targets t
      join jsonb_to_recordset(${JSON.stringify(values)}::text::jsonb) as v(id uuid, was text, was_at timestamptz,
        was_excused boolean, state text, reason text, retries int, retry_at timestamptz, is_excused boolean, action uuid, is_changed boolean)
        on v.id = t.terminal_id and v.was = t.state and v.was_at = t.state_at and v.was_excused = t.is_excused
      where t.rollout_id = ${rolloutId} for update of t skip locked)
    update rollout_targets t set state = v.state, reason = v.reason, retries = v.retries, retry_at = v.retry_at,
      is_excused = v.is_excused, checked_at = ${at},
      state_at = case when t.state = v.state then t.state_at else ${at} end
    from held v where t.rollout_id = ${rolloutId} and t.terminal_id = v.terminal_id
    returning t.terminal_id as id, v.action, v.is_changed as "isChanged"`)
  const again = written.filter(({ action }) => action !== null)
  if (again.length > 0) {
    await db.execute(sql`
      update terminal_actions set retried_at = ${at}
      where id = any(${sql.param(again.map(({ action }) => action))}::uuid[])`)
    await appendChanges(
      db,
      again.map(({ id }) => ({ topic: 'terminal', subjectId: id })),
    )
  }
  return written.filter((one) => one.isChanged).length
}

async function lockActions(db: Ctx['db'], actionIds: readonly string[]): Promise<Set<string>> {
  if (actionIds.length === 0) return new Set()
  const rows = await db.execute<{ id: string }>(sql`
    select id from terminal_actions where id = any(${sql.param([...actionIds])}::uuid[])
      and state in ('failed', 'rejected') and retried_at is null for update skip locked`)
  return new Set(rows.map(({ id }) => id))
}

function isChanged(row: TargetRow, next: JudgedTarget): boolean {
  const fields = ['state', 'reason', 'retries', 'retryAtMs', 'isExcused'] as const
  return next.retriedActionId !== null || fields.some((field) => row[field] !== next[field])
}
