import { and, asc, eq, inArray, sql } from 'drizzle-orm'
import type { Ctx } from '../../../core/context'
import { visibleTerminals } from '../../terminals'
import {
  merchants,
  terminalGroupMembers,
  terminalGroups,
  terminals,
  terminalTids,
} from '../../terminals/tables'
import { connectivity } from './decide'
import type { StatusView } from './schemas'
import { terminalPresence, terminalStatus } from './tables'

const columns = {
  terminalId: terminals.id,
  serial: terminals.serial,
  platform: terminals.platform,
  state: terminals.state,
  merchantId: terminals.merchantId,
  merchantName: merchants.name,
  lastSeenAt: terminalPresence.lastSeenAt,
  nextCheckInSeconds: terminalPresence.nextCheckInSeconds,
  clockSkewMs: terminalPresence.clockSkewMs,
  vitals: terminalPresence.vitals,
  model: terminalStatus.model,
  os: terminalStatus.os,
  appName: terminalStatus.appName,
  appVersion: terminalStatus.appVersion,
  mismatches: terminalStatus.mismatches,
  hasCardFinding: sql<boolean>`exists (select from card_findings c where c.terminal_id = ${terminals.id})`,
  network: sql<StatusView['network']>`${terminalStatus.status} -> 'network'`,
  printer: sql<string | null>`${terminalStatus.status} ->> 'printer'`,
}

/** The rows of these terminals, of those the caller sees, in the order given. */
export async function loadViews(ctx: Ctx, ids: readonly string[]): Promise<StatusView[]> {
  if (ids.length === 0) return []
  const rows = await ctx.db
    .select(columns)
    .from(terminals)
    .leftJoin(merchants, eq(merchants.id, terminals.merchantId))
    .leftJoin(terminalStatus, eq(terminalStatus.terminalId, terminals.id))
    .leftJoin(terminalPresence, eq(terminalPresence.terminalId, terminals.id))
    .where(and(inArray(terminals.id, [...ids]), visibleTerminals(ctx)))
  const known = new Map(rows.map((row) => [row.terminalId, row]))
  const [tids, groups] = [await loadTids(ctx, ids), await loadGroups(ctx, ids)]
  const now = ctx.clock.now()
  return ids.flatMap((id) => {
    const row = known.get(id)
    if (row === undefined) return []
    const { lastSeenAt, nextCheckInSeconds, mismatches, ...shown } = row
    const lastSeen =
      lastSeenAt === null || nextCheckInSeconds === null ? null : { at: lastSeenAt, nextCheckInSeconds }
    return [
      {
        ...shown,
        tids: tids.get(id) ?? [],
        groups: groups.get(id) ?? [],
        connectivity: connectivity(lastSeen, now, ctx.settings.terminals.lateIntervals),
        lastSeenAt: lastSeenAt?.toISOString() ?? null,
        mismatches: mismatches ?? [],
      },
    ]
  })
}

async function loadTids(ctx: Ctx, ids: readonly string[]) {
  const rows = await ctx.db
    .select()
    .from(terminalTids)
    .where(inArray(terminalTids.terminalId, [...ids]))
    .orderBy(asc(terminalTids.acquirer))
  return byTerminal(rows, ({ acquirer, tid, mid }) => ({ acquirer, tid, mid }))
}

async function loadGroups(ctx: Ctx, ids: readonly string[]) {
  const rows = await ctx.db
    .select({
      terminalId: terminalGroupMembers.terminalId,
      id: terminalGroups.id,
      name: terminalGroups.name,
    })
    .from(terminalGroupMembers)
    .innerJoin(terminalGroups, eq(terminalGroups.id, terminalGroupMembers.groupId))
    .where(inArray(terminalGroupMembers.terminalId, [...ids]))
    .orderBy(asc(terminalGroups.name))
  return byTerminal(rows, ({ id, name }) => ({ id, name }))
}

function byTerminal<Row extends { terminalId: string }, Item>(
  rows: readonly Row[],
  toItem: (row: Row) => Item,
): Map<string, Item[]> {
  const found = new Map<string, Item[]>()
  for (const row of rows) {
    const known = found.get(row.terminalId)
    if (known === undefined) found.set(row.terminalId, [toItem(row)])
    else known.push(toItem(row))
  }
  return found
}
