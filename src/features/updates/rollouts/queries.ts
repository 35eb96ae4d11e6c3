import { and, asc, count, desc, eq, gt, isNotNull, lt, type SQL, sql } from 'drizzle-orm'
import { z } from 'zod'
import { type Ctx, visibilityOf } from '../../../core/context'
import { decodeCursor, toPage } from '../../../core/paging'
import { query } from '../../../core/verb'
import { visibleTerminals } from '../../terminals'
import { terminals } from '../../terminals/tables'
import { rolloutNotFound } from './errors'
import { ListRolloutsInput, ListTargetsInput, RolloutRef } from './schemas'
import { rolloutEvents, rollouts, rolloutTargets } from './tables'
import { loadViews } from './views'
import { toldDetail } from './within-limits'

const MOST_EVENTS = 100
const MOST_REASONS = 100
const Position = z.tuple([z.uuid()])

/** A limited caller sees the rollouts that one of its terminals takes part in. */
export function isVisible(ctx: Pick<Ctx, 'actor'>): SQL | undefined {
  if (visibilityOf(ctx.actor).kind === 'all') return undefined
  return sql`exists (select from ${rolloutTargets}
    join ${terminals} on ${terminals.id} = ${rolloutTargets.terminalId} and ${visibleTerminals(ctx)}
    where ${rolloutTargets.rolloutId} = ${rollouts.id})`
}

/** Newest first. */
export const listRollouts = query(
  { permission: 'updates:read', input: ListRolloutsInput },
  async (ctx, { ruleId, setId, state, cursor, limit }) => {
    const rows = await ctx.db
      .select({ id: rollouts.id })
      .from(rollouts)
      .where(
        and(
          isVisible(ctx),
          ruleId === undefined ? undefined : eq(rollouts.ruleId, ruleId),
          setId === undefined ? undefined : eq(rollouts.setId, setId),
          state === undefined ? undefined : eq(rollouts.state, state),
          cursor === undefined ? undefined : lt(rollouts.id, decodeCursor(cursor, Position)[0]),
        ),
      )
      .orderBy(desc(rollouts.id))
      .limit(limit + 1)
    const page = toPage(
      rows,
      limit,
      ({ id }) => [id],
      ({ id }) => id,
    )
    return { ...page, items: await loadViews(ctx, page.items) }
  },
)

/** False too where there is no such rollout. */
export async function seesRollout(ctx: Ctx, rolloutId: string): Promise<boolean> {
  const [row] = await ctx.db
    .select({ id: rollouts.id })
    .from(rollouts)
    .where(and(eq(rollouts.id, rolloutId), isVisible(ctx)))
  return row !== undefined
}

async function requireRollout(ctx: Ctx, rolloutId: string): Promise<void> {
  if (!(await seesRollout(ctx, rolloutId))) throw rolloutNotFound()
}

export const getRollout = query(
  { permission: 'updates:read', input: RolloutRef },
  async (ctx, { rolloutId }) => {
    await requireRollout(ctx, rolloutId)
    const [view] = await loadViews(ctx, [rolloutId])
    if (view === undefined) throw rolloutNotFound()
    const events = await ctx.db
      .select()
      .from(rolloutEvents)
      .where(eq(rolloutEvents.rolloutId, rolloutId))
      .orderBy(desc(rolloutEvents.id))
      .limit(MOST_EVENTS)
    return {
      ...view,
      events: events.map(({ id, what, detail, byName, at }) => ({
        id,
        what,
        detail: toldDetail(ctx, detail),
        byName,
        at: at.toISOString(),
      })),
    }
  },
)

/** The terminals of a rollout that the caller sees, in the order in which they were registered. */
export const listRolloutTargets = query(
  { permission: 'updates:read', input: ListTargetsInput },
  async (ctx, { rolloutId, wave, state, reason, cursor, limit }) => {
    await requireRollout(ctx, rolloutId)
    const rows = await ctx.db
      .select({ target: rolloutTargets, serial: terminals.serial })
      .from(rolloutTargets)
      .innerJoin(terminals, eq(terminals.id, rolloutTargets.terminalId))
      .where(
        and(
          eq(rolloutTargets.rolloutId, rolloutId),
          visibleTerminals(ctx),
          wave === undefined ? undefined : eq(rolloutTargets.wave, wave),
          state === undefined ? undefined : eq(rolloutTargets.state, state),
          reason === undefined ? undefined : eq(rolloutTargets.reason, reason),
          cursor === undefined ? undefined : gt(rolloutTargets.terminalId, decodeCursor(cursor, Position)[0]),
        ),
      )
      .orderBy(asc(rolloutTargets.terminalId))
      .limit(limit + 1)
    return toPage(
      rows,
      limit,
      ({ target }) => [target.terminalId],
      ({ target, serial }) => ({
        terminalId: target.terminalId,
        serial,
        wave: target.wave,
        state: target.state,
        reason: target.reason,
        isExcused: target.isExcused,
        retries: target.retries,
        retryAt: target.retryAt?.toISOString() ?? null,
        stateAt: target.stateAt.toISOString(),
      }),
    )
  },
)

/** Why the terminals that the caller sees are where they are in a rollout, and how many for each reason. */
export const countTargetReasons = query(
  { permission: 'updates:read', input: RolloutRef },
  async (ctx, { rolloutId }) => {
    await requireRollout(ctx, rolloutId)
    const { state, reason } = rolloutTargets
    const rows = await ctx.db
      .select({ state, reason, terminals: count() })
      .from(rolloutTargets)
      .innerJoin(terminals, eq(terminals.id, rolloutTargets.terminalId))
      .where(and(eq(rolloutTargets.rolloutId, rolloutId), isNotNull(reason), visibleTerminals(ctx)))
      .groupBy(state, reason)
      .orderBy(desc(count()), asc(reason), asc(state))
      .limit(MOST_REASONS)
    return { items: rows.flatMap((row) => (row.reason === null ? [] : [{ ...row, reason: row.reason }])) }
  },
)
