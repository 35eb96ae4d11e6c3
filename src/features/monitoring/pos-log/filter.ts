import { type SQL, sql } from 'drizzle-orm'
import { type Ctx, visibilityOf } from '../../../core/context'
import { findVisibleBySerial, visibleTerminals } from '../../terminals'
import type { PosLogFilter } from './schemas'

/** One condition on an entry `l`. */
interface Condition {
  holds: SQL
  /** True where an index begins with what it asks for and goes on by time. */
  isKey: boolean
}

/** A filter as it is looked for. */
export interface Search {
  /** What an index is read by; undefined where that of time alone serves. */
  lead: SQL | undefined
  /** The other conditions. */
  asked: readonly SQL[]
}

/** More terminals than have one TID, each of another acquirer. */
const MOST_OF_TID = 50

/**
 * The conditions of a filter but for its period, with what the caller may see; undefined where they name no terminal in sight, so
 * that nothing can be found.
 */
export async function searchOf(
  ctx: Ctx,
  filter: Omit<PosLogFilter, 'from' | 'to'>,
): Promise<Search | undefined> {
  const conditions: Condition[] = []
  const key = (holds: SQL) => conditions.push({ holds, isKey: true })
  const { terminalId, serial, tid, kind, status, statusFrom, code } = filter
  if (terminalId !== undefined) key(sql`l.terminal_id = ${terminalId}`)
  if (serial !== undefined) {
    const found = await findVisibleBySerial(ctx, serial)
    if (found === undefined) return undefined
    key(sql`l.terminal_id = ${found.id}`)
  }
  if (tid !== undefined) {
    const ids = await terminalsWithTid(ctx, tid)
    if (ids.length === 0) return undefined
    key(sql`l.terminal_id in ${ids}`)
  }
  if (code !== undefined) key(sql`l.code = ${code}`)
  const least = Math.max(status ?? 0, statusFrom ?? 0)
  // As the index of refusals says it, so that the planner knows it again.
  if (least >= 400) key(sql`l.status >= 400`)
  if (status !== undefined) conditions.push({ holds: sql`l.status = ${status}`, isKey: false })
  if (statusFrom !== undefined) conditions.push({ holds: sql`l.status >= ${statusFrom}`, isKey: false })
  // Of the most frequent kind the index has nothing.
  if (kind !== undefined) conditions.push({ holds: sql`l.kind = ${kind}`, isKey: kind !== 'check-in' })
  const lead = conditions.find(({ isKey }) => isKey)
  const visible = visibleEntries(ctx)
  return {
    lead: lead?.holds,
    asked: [
      ...conditions.filter((one) => one !== lead).map(({ holds }) => holds),
      ...(visible === undefined ? [] : [visible]),
    ],
  }
}

/** The entries a caller may see: those of the terminals that it sees now. Undefined where that is all. */
export function visibleEntries(ctx: Ctx): SQL | undefined {
  if (visibilityOf(ctx.actor).kind === 'all') return undefined
  return sql`exists (select from terminals where terminals.id = l.terminal_id and ${visibleTerminals(ctx)})`
}

async function terminalsWithTid(ctx: Ctx, tid: string): Promise<string[]> {
  const rows = (await ctx.db.execute(sql`
    select distinct i.terminal_id as id from terminal_tids i join terminals on terminals.id = i.terminal_id
    where i.tid = ${tid} and ${visibleTerminals(ctx)} limit ${MOST_OF_TID}`)) as unknown as { id: string }[]
  return rows.map(({ id }) => id)
}
