import { and, desc, eq, lt, type SQL, sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Ctx } from '../../core/context'
import { decodeCursor, toPage } from '../../core/paging'
import { maskText } from '../../core/pan-guard'
import { appendChanges, inTransaction, mutation, query } from '../../core/verb'
import { recordCardFindings } from '../monitoring/card-findings'
import { visibleTerminals } from '../terminals'
import { isOpen, judgeResult } from './decide'
import { actionNotFound, notRetryable, stateConflict } from './errors'
import type { ReportedAction } from './planner'
import { ActionRef, type ActionResult, ListActionsInput } from './schemas'
import { terminalActions } from './tables'

const MS_PER_HOUR = 3_600_000

/**
 * Takes a terminal's word on one of its actions. Safe to repeat: the same state again is fine, a step back is refused
 * as `state_conflict`, a result for a withdrawn action is kept and answered like any other.
 * @returns the word as it was kept
 */
export async function reportActionResult(
  ctx: Ctx,
  terminalId: string,
  actionId: string,
  reported: ActionResult,
): Promise<ReportedAction> {
  const { result, hits } = withoutCardNumbers(reported)
  return inTransaction(ctx, async ({ db }) => {
    const [action] = await db
      .select()
      .from(terminalActions)
      .where(and(eq(terminalActions.id, actionId), eq(terminalActions.terminalId, terminalId)))
      .for('update')
    if (action === undefined) throw actionNotFound()
    const verdict = judgeResult(action.state, result.state)
    if (verdict === 'conflict') throw stateConflict({ values: { state: action.state } })
    const now = ctx.clock.now()
    if (hits > 0)
      await recordCardFindings(db, [{ terminalId, source: 'message', count: hits, atMs: now.getTime() }])
    const ofThis = eq(terminalActions.id, actionId)
    const { kind, subjectId, body } = action
    const word = { terminalId, kind, subjectId, body, state: result.state, reason: result.reason ?? null }
    if (verdict === 'late') {
      await db.update(terminalActions).set({ lateResult: result }).where(ofThis)
      return word
    }
    const progress = {
      progressPercent:
        result.progressPercent === undefined ? action.progressPercent : Math.round(result.progressPercent),
      reason: result.reason ?? action.reason,
      vendorCode: result.vendorCode ?? action.vendorCode,
      message: result.message ?? action.message,
      items: result.items ?? action.items,
      heardAt: now,
    }
    if (verdict === 'repeat') {
      await db.update(terminalActions).set(progress).where(ofThis)
      return word
    }
    const confirmBy =
      result.state === 'installed'
        ? new Date(now.getTime() + ctx.settings.terminals.confirmHours * MS_PER_HOUR)
        : null
    await db
      .update(terminalActions)
      .set({ ...progress, state: result.state, stateAt: now, confirmBy })
      .where(ofThis)
    // Other servers may still have it among what they offer this terminal.
    if (!isOpen(result.state)) await appendChanges(db, [{ topic: 'terminal', subjectId: terminalId }])
    return word
  })
}

/** A terminal's free words may quote what it was at when it failed: no card number is kept. */
function withoutCardNumbers(result: ActionResult): { result: ActionResult; hits: number } {
  let hits = 0
  const cut = (text: string | undefined) => {
    if (text === undefined) return undefined
    const masked = maskText(text, true)
    hits += masked.hits
    return masked.text
  }
  const cleaned = {
    ...result,
    vendorCode: cut(result.vendorCode),
    message: cut(result.message),
    items: result.items?.map((item) => ({
      ...item,
      component: cut(item.component),
      package: cut(item.package),
      vendorCode: cut(item.vendorCode),
    })),
  }
  return { result: cleaned, hits }
}

const Position = z.tuple([z.uuid()])

/** Actions of the terminals the caller sees, newest first. */
export const listActions = query(
  { permission: 'actions:read', input: ListActionsInput },
  async (ctx, input) => {
    const conditions: (SQL | undefined)[] = [
      ofVisibleTerminal(ctx),
      input.terminalId === undefined ? undefined : eq(terminalActions.terminalId, input.terminalId),
      input.kind === undefined ? undefined : eq(terminalActions.kind, input.kind),
      input.state === undefined ? undefined : eq(terminalActions.state, input.state),
    ]
    if (input.cursor !== undefined)
      conditions.push(lt(terminalActions.id, decodeCursor(input.cursor, Position)[0]))
    const rows = await ctx.db
      .select()
      .from(terminalActions)
      .where(and(...conditions))
      .orderBy(desc(terminalActions.id))
      .limit(input.limit + 1)
    return toPage(rows, input.limit, (row) => [row.id], toView)
  },
)

/** `action_not_found`. */
export const getAction = query(
  { permission: 'actions:read', input: ActionRef },
  async (ctx, { actionId }) => {
    const [row] = await ctx.db
      .select()
      .from(terminalActions)
      .where(and(eq(terminalActions.id, actionId), ofVisibleTerminal(ctx)))
    if (row === undefined) throw actionNotFound()
    return toView(row)
  },
)

const ofVisibleTerminal = (ctx: Pick<Ctx, 'actor'>) =>
  sql`exists (select from terminals where terminals.id = ${terminalActions.terminalId} and ${visibleTerminals(ctx)})`

/** Offers a failed or rejected action again, as a new one. */
export const retryAction = mutation(
  { permission: 'terminals:write', input: ActionRef },
  async (scope, input) => {
    const [action] = await scope.db
      .select()
      .from(terminalActions)
      .where(and(eq(terminalActions.id, input.actionId), ofVisibleTerminal(scope)))
      .for('update')
    if (action === undefined) throw actionNotFound()
    if ((action.state !== 'failed' && action.state !== 'rejected') || action.retriedAt !== null)
      throw notRetryable()
    // Not offered here: the plan may have moved on. The next check-in finds the way free and offers what is wished then.
    await scope.db
      .update(terminalActions)
      .set({ retriedAt: scope.clock.now() })
      .where(eq(terminalActions.id, action.id))
    scope.audit({
      action: 'action.retried',
      subject: { kind: 'action', id: action.id, label: action.kind },
      before: { isRetried: false },
      after: { isRetried: true },
    })
    scope.changed({ topic: 'terminal', subjectId: action.terminalId })
    return toView(action)
  },
)

function toView(row: typeof terminalActions.$inferSelect) {
  return {
    id: row.id,
    terminalId: row.terminalId,
    kind: row.kind,
    subjectId: row.subjectId,
    state: row.state,
    progressPercent: row.progressPercent,
    reason: row.reason,
    vendorCode: row.vendorCode,
    message: row.message,
    rule: typeof row.body.rule === 'string' ? row.body.rule : null,
    brings: broughtBy(row.body),
    ...appsOf(row.body),
    isRetried: row.retriedAt !== null,
    offeredAt: row.offeredAt.toISOString(),
    stateAt: row.stateAt.toISOString(),
  }
}

const Apps = z.object({
  set: z.string(),
  install: z.array(z.object({ package: z.string(), versionCode: z.number(), versionName: z.string() })),
  remove: z.array(z.string()),
})

/** What an action of applications brings and takes; nothing of all others. */
function appsOf(body: Record<string, unknown>) {
  const read = Apps.safeParse(body)
  return read.success
    ? { set: read.data.set, installs: read.data.install, removes: read.data.remove }
    : { set: null, installs: [], removes: [] }
}

/** The files of an update name the component and the version they make up; each once, in their order. */
const Brought = z.object({ files: z.array(z.object({ component: z.string(), version: z.string() })) })

function broughtBy(body: Record<string, unknown>) {
  const read = Brought.safeParse(body)
  const named = new Map(read.data?.files.map((one) => [`${one.component} ${one.version}`, one]))
  return [...named.values()]
}
