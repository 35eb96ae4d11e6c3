import { and, desc, eq, gt, lt, type SQL, sql } from 'drizzle-orm'
import { z } from 'zod'
import { decodeCursor, pageInput, pageOf, toPage } from '../../../core/paging'
import { PLATFORM_IDS } from '../../../core/platforms'
import { query } from '../../../core/verb'
import { isVisible, terminalNotFound, visibleTerminals } from '../../terminals'
import { terminalGroupMembers, terminals } from '../../terminals/tables'
import { connectivity } from './decide'
import { statusHistory, terminalPresence, terminalStatus } from './tables'

export const ListStatusInput = z.object({
  ...pageInput,
  search: z.string().trim().max(64).optional().describe('Start of a serial number, TID or MID.'),
  platform: z.enum(PLATFORM_IDS).optional(),
  model: z.string().max(128).optional(),
  appVersion: z.string().max(64).optional(),
  groupId: z.uuid().optional(),
  state: z.enum(['expected', 'active', 'suspended', 'retired', 'revoked']).optional(),
  hasMismatch: z.boolean().optional(),
})

export const StatusView = z.object({
  terminalId: z.uuid(),
  serial: z.string(),
  platform: z.string(),
  state: z.string(),
  connectivity: z.enum(['online', 'late', 'lost', 'never']),
  lastSeenAt: z.iso.datetime().nullable(),
  clockSkewMs: z.number().nullable(),
  model: z.string().nullable(),
  os: z.string().nullable(),
  appName: z.string().nullable(),
  appVersion: z.string().nullable(),
  mismatches: z.array(z.string()),
  vitals: z.unknown(),
})
export const StatusPage = pageOf(StatusView)

export const statusColumns = {
  terminalId: terminals.id,
  serial: terminals.serial,
  platform: terminals.platform,
  state: terminals.state,
  lastSeenAt: terminalPresence.lastSeenAt,
  nextCheckInSeconds: terminalPresence.nextCheckInSeconds,
  clockSkewMs: terminalPresence.clockSkewMs,
  vitals: terminalPresence.vitals,
  model: terminalStatus.model,
  os: terminalStatus.os,
  appName: terminalStatus.appName,
  appVersion: terminalStatus.appVersion,
  mismatches: terminalStatus.mismatches,
  status: terminalStatus.status,
  statusAt: terminalStatus.receivedAt,
}

const Position = z.tuple([z.string()])

/** How the terminals are, in the order of their serial numbers. */
export const listStatus = query({ permission: 'status:read', input: ListStatusInput }, async (ctx, input) => {
  const conditions: (SQL | undefined)[] = [
    visibleTerminals(ctx),
    input.platform === undefined ? undefined : eq(terminals.platform, input.platform),
    input.state === undefined ? undefined : eq(terminals.state, input.state),
    input.model === undefined ? undefined : eq(terminalStatus.model, input.model),
    input.appVersion === undefined ? undefined : eq(terminalStatus.appVersion, input.appVersion),
    input.hasMismatch ? sql`${terminalStatus.mismatches} <> '{}'` : undefined,
    input.groupId === undefined
      ? undefined
      : sql`exists (select from ${terminalGroupMembers} where ${terminalGroupMembers.terminalId} = ${terminals.id}
          and ${terminalGroupMembers.groupId} = ${input.groupId})`,
    input.search ? startsWith(input.search) : undefined,
    input.cursor === undefined ? undefined : gt(terminals.serial, decodeCursor(input.cursor, Position)[0]),
  ]
  const rows = await ctx.db
    .select(statusColumns)
    .from(terminals)
    .leftJoin(terminalStatus, eq(terminalStatus.terminalId, terminals.id))
    .leftJoin(terminalPresence, eq(terminalPresence.terminalId, terminals.id))
    .where(and(...conditions))
    .orderBy(terminals.serial)
    .limit(input.limit + 1)
  const now = ctx.clock.now()
  const { lateIntervals } = ctx.settings.terminals
  return toPage(
    rows,
    input.limit,
    (row) => [row.serial],
    (row) => toStatusView(row, now, lateIntervals),
  )
})

function startsWith(search: string): SQL {
  const pattern = `${search.replace(/[\\%_]/g, '\\$&')}%`
  return sql`${terminals.id} in (
    select id from terminals where serial like ${pattern}
    union select terminal_id from terminal_tids where tid like ${pattern} or (mid like ${pattern} and mid <> ''))`
}

type Row = { [Name in keyof typeof statusColumns]: (typeof statusColumns)[Name]['_']['data'] | null }

export function toStatusView(row: Row, now: Date, lateIntervals: number) {
  const lastSeen =
    row.lastSeenAt === null || row.nextCheckInSeconds === null
      ? null
      : { at: row.lastSeenAt, nextCheckInSeconds: row.nextCheckInSeconds }
  return {
    terminalId: row.terminalId as string,
    serial: row.serial as string,
    platform: row.platform as string,
    state: row.state as string,
    connectivity: connectivity(lastSeen, now, lateIntervals),
    lastSeenAt: row.lastSeenAt?.toISOString() ?? null,
    clockSkewMs: row.clockSkewMs,
    model: row.model,
    os: row.os,
    appName: row.appName,
    appVersion: row.appVersion,
    mismatches: row.mismatches ?? [],
    vitals: row.vitals,
  }
}

export const StatusDetails = StatusView.extend({
  status: z.unknown(),
  statusAt: z.iso.datetime().nullable(),
})

const TerminalRef = z.object({ terminalId: z.uuid() })

/** Everything one terminal last said of itself. */
export const getStatus = query({ permission: 'status:read', input: TerminalRef }, async (ctx, input) => {
  const [row] = await ctx.db
    .select(statusColumns)
    .from(terminals)
    .leftJoin(terminalStatus, eq(terminalStatus.terminalId, terminals.id))
    .leftJoin(terminalPresence, eq(terminalPresence.terminalId, terminals.id))
    .where(and(eq(terminals.id, input.terminalId), visibleTerminals(ctx)))
  if (row === undefined) throw terminalNotFound()
  return {
    ...toStatusView(row, ctx.clock.now(), ctx.settings.terminals.lateIntervals),
    status: row.status,
    statusAt: row.statusAt?.toISOString() ?? null,
  }
})

export const HistoryInput = TerminalRef.extend(pageInput)
export const HistoryPage = pageOf(
  z.object({
    at: z.iso.datetime(),
    changes: z.record(z.string(), z.object({ before: z.unknown(), after: z.unknown() })),
  }),
)

const HistoryPosition = z.tuple([z.number().int()])

/** What changed at one terminal, newest first. */
export const listStatusHistory = query(
  { permission: 'status:read', input: HistoryInput },
  async (ctx, input) => {
    if (!(await isVisible(ctx.db, ctx, input.terminalId))) throw terminalNotFound()
    const before = input.cursor === undefined ? undefined : decodeCursor(input.cursor, HistoryPosition)[0]
    const rows = await ctx.db
      .select()
      .from(statusHistory)
      .where(
        and(
          eq(statusHistory.terminalId, input.terminalId),
          before === undefined ? undefined : lt(statusHistory.id, before),
        ),
      )
      .orderBy(desc(statusHistory.id))
      .limit(input.limit + 1)
    return toPage(
      rows,
      input.limit,
      (row) => [row.id],
      (row) => ({ at: row.at.toISOString(), changes: row.changes }),
    )
  },
)
