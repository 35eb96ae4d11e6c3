import { and, eq, inArray, isNull, sql } from 'drizzle-orm'
import type { Ctx } from '../../core/context'
import { newId } from '../../core/ids'
import type { PlatformId } from '../../core/platforms'
import { inMutation, type MutationScope } from '../../core/verb'
import type { Database } from '../../db/client'
import { type KnownAction, OPEN_STATES, type Plan, type Reconciled, reconcile } from './decide'
import type { ActionKind } from './lists'
import type { PlannedTerminal, Planner } from './planner'
import { terminalActions } from './tables'

const NOTHING: Plan = { wishes: [], provenSubjectIds: [] }

export interface OfferedAction {
  id: string
  kind: ActionKind
  [field: string]: unknown
}

export interface TerminalPlan {
  actions: OfferedAction[]
  /** When the plan must be computed again though nothing changed; null: never. */
  recheckAt: Date | null
}

/**
 * Computes the plans of many terminals and writes what follows from them: new actions, confirmations, withdrawals,
 * proofs that did not come in time. Reads without locks first; only terminals with something to write are locked, read
 * again and judged again, so that two servers that plan for the same terminal agree on one action.
 */
export async function planTerminals(
  ctx: Ctx,
  planners: readonly Planner[],
  terminalIds: readonly string[],
): Promise<Map<string, TerminalPlan>> {
  const terminals = await loadTerminals(ctx.db, terminalIds)
  const wanted = await askPlanners(ctx, planners, terminals)
  const judged = judge(planners, terminals, wanted, await loadStanding(ctx.db, terminalIds), ctx.clock.now())
  const toWrite = terminals.filter((one) => judged.get(one.terminalId)?.some(({ steps }) => steps.length > 0))
  if (toWrite.length > 0) {
    const written = await inMutation(ctx, (scope) => {
      // Actions are their own record; what a planner adds to the audit is its own matter.
      scope.changedNothingShared()
      return writeSteps(scope, planners, toWrite, wanted)
    })
    for (const [terminalId, outcome] of written) judged.set(terminalId, outcome)
  }
  return new Map(terminals.map((one) => [one.terminalId, toPlan(judged.get(one.terminalId) ?? [])]))
}

async function loadTerminals(db: Database, terminalIds: readonly string[]): Promise<PlannedTerminal[]> {
  if (terminalIds.length === 0) return []
  const rows = await db.execute<{
    id: string
    serial: string
    platform: PlatformId
    model: string
    status: Record<string, unknown> | null
  }>(sql`
    select t.id, t.serial, t.platform, t.model, s.status
    from terminals t left join terminal_status s on s.terminal_id = t.id
    where t.id in ${terminalIds} and t.state = 'active'`)
  return rows.map(({ id, ...row }) => ({ terminalId: id, ...row }))
}

type Wanted = Map<ActionKind, Map<string, Plan>>

async function askPlanners(
  ctx: Ctx,
  planners: readonly Planner[],
  terminals: readonly PlannedTerminal[],
): Promise<Wanted> {
  const wanted: Wanted = new Map()
  if (terminals.length === 0) return wanted
  for (const planner of planners) wanted.set(planner.kind, await planner.plan(ctx, terminals))
  return wanted
}

type StandingRow = KnownAction & { terminalId: string }

/** An action that stands: on offer, installed and not proved, or failed or rejected and not retried. */
export type StandingAction = typeof terminalActions.$inferSelect

/** The actions of this kind that stand for these terminals. */
export async function standingActions(
  db: Database,
  kind: ActionKind,
  terminalIds: readonly string[],
): Promise<StandingAction[]> {
  if (terminalIds.length === 0) return []
  return db
    .select()
    .from(terminalActions)
    .where(and(eq(terminalActions.kind, kind), isStanding(terminalIds)))
}

/**
 * Says of open actions on a subject that the terminal has installed it, where it said so by another message; they wait for
 * proof like others. In the caller's transaction, which holds the terminal.
 */
export async function noteInstalled(
  db: Database,
  { terminalId, kind, subjectId }: { terminalId: string; kind: ActionKind; subjectId: string },
  now: Date,
  confirmBy: Date,
): Promise<void> {
  await db
    .update(terminalActions)
    .set({ state: 'installed', stateAt: now, heardAt: now, confirmBy })
    .where(
      and(
        eq(terminalActions.terminalId, terminalId),
        eq(terminalActions.kind, kind),
        eq(terminalActions.subjectId, subjectId),
        inArray(terminalActions.state, [...OPEN_STATES]),
      ),
    )
}

const isStanding = (terminalIds: readonly string[]) =>
  and(
    inArray(terminalActions.terminalId, [...terminalIds]),
    inArray(terminalActions.state, [
      'offered',
      'downloading',
      'downloaded',
      'installed',
      'failed',
      'rejected',
    ]),
    isNull(terminalActions.retriedAt),
  )

async function loadStanding(db: Database, terminalIds: readonly string[]): Promise<StandingRow[]> {
  if (terminalIds.length === 0) return []
  return db
    .select({
      id: terminalActions.id,
      terminalId: terminalActions.terminalId,
      kind: terminalActions.kind,
      subjectId: terminalActions.subjectId,
      state: terminalActions.state,
      body: terminalActions.body,
      confirmBy: terminalActions.confirmBy,
    })
    .from(terminalActions)
    .where(isStanding(terminalIds))
}

function judge(
  planners: readonly Planner[],
  terminals: readonly PlannedTerminal[],
  wanted: Wanted,
  standing: readonly StandingRow[],
  now: Date,
): Map<string, Reconciled[]> {
  const byTerminal = new Map<string, StandingRow[]>()
  for (const row of standing) {
    const rows = byTerminal.get(row.terminalId)
    if (rows === undefined) byTerminal.set(row.terminalId, [row])
    else rows.push(row)
  }
  return new Map(
    terminals.map(({ terminalId }) => {
      const actions = byTerminal.get(terminalId) ?? []
      const outcomes = planners.map(({ kind }) =>
        reconcile(
          kind,
          actions.filter((action) => action.kind === kind),
          wanted.get(kind)?.get(terminalId) ?? NOTHING,
          now,
        ),
      )
      return [terminalId, outcomes]
    }),
  )
}

async function writeSteps(
  ctx: MutationScope,
  planners: readonly Planner[],
  terminals: readonly PlannedTerminal[],
  wanted: Wanted,
): Promise<Map<string, Reconciled[]>> {
  const ids = terminals.map((one) => one.terminalId)
  await ctx.db.execute(sql`select id from terminals where id in ${ids} order by id for update`)
  const now = ctx.clock.now()
  const standing = await loadStanding(ctx.db, ids)
  const judged = judge(planners, terminals, wanted, standing, now)
  const bodies = new Map(standing.map((row) => [row.id, row]))
  const offers: (typeof terminalActions.$inferInsert)[] = []
  const moves = { confirm: [] as string[], withdraw: [] as string[], fail: [] as string[] }
  for (const [terminalId, outcomes] of judged) {
    for (const outcome of outcomes) {
      for (const step of outcome.steps) {
        if (step.do !== 'offer') moves[step.do].push(step.actionId)
        else {
          const action = { id: newId(now.getTime()), kind: step.kind, ...step.wish }
          offers.push({ ...action, terminalId, state: 'offered', offeredAt: now, stateAt: now })
          outcome.offered = { ...action, state: 'offered', confirmBy: null }
        }
      }
    }
  }
  await moveTo(ctx.db, moves.confirm, { state: 'confirmed', stateAt: now })
  await moveTo(ctx.db, moves.withdraw, { state: 'withdrawn', stateAt: now })
  await moveTo(ctx.db, moves.fail, {
    state: 'failed',
    reason: 'other',
    message: 'not proved in time',
    stateAt: now,
  })
  if (offers.length > 0) await ctx.db.insert(terminalActions).values(offers)
  for (const planner of planners) {
    const done = moves.confirm
      .flatMap((id) => bodies.get(id) ?? [])
      .filter((row) => row.kind === planner.kind)
    if (done.length > 0) await planner.confirmed?.(ctx, done)
    const made = offers.filter((offer) => offer.kind === planner.kind)
    if (made.length > 0) await planner.offered?.(ctx, made)
  }
  return judged
}

async function moveTo(
  db: Database,
  ids: readonly string[],
  change: Partial<typeof terminalActions.$inferInsert>,
): Promise<void> {
  if (ids.length > 0)
    await db
      .update(terminalActions)
      .set(change)
      .where(inArray(terminalActions.id, [...ids]))
}

function toPlan(outcomes: readonly Reconciled[]): TerminalPlan {
  const actions = outcomes.flatMap(({ offered }) =>
    offered === null ? [] : [{ id: offered.id, kind: offered.kind, ...offered.body }],
  )
  const rechecks = outcomes.flatMap(({ recheckAt }) => (recheckAt === null ? [] : [recheckAt.getTime()]))
  return { actions, recheckAt: rechecks.length === 0 ? null : new Date(Math.min(...rechecks)) }
}

const STREAM_ROWS = 5_000

/** Terminals with an action on offer or waiting for its proof, batch by batch. */
export async function* standingTerminals(ctx: Ctx): AsyncIterable<readonly string[]> {
  const rows = ctx.sql<{ id: string }[]>`
    select distinct terminal_id as id from terminal_actions
    where state in ('offered', 'downloading', 'downloaded', 'installed') and retried_at is null`
  for await (const batch of rows.cursor(STREAM_ROWS)) yield batch.map((row) => row.id)
}
