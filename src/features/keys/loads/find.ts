import { and, desc, eq, gt, inArray, like, lt, type SQL, sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Ctx } from '../../../core/context'
import { escapeLike } from '../../../core/like'
import { decodeCursor, type Page, toPage } from '../../../core/paging'
import { query } from '../../../core/verb'
import { auditEntries } from '../../audit/tables'
import { isVisible, terminalNotFound, visibleTerminals } from '../../terminals'
import { terminals } from '../../terminals/tables'
import { type KeyLoadState, MOST_IN_HISTORY } from '../lists'
import { keyFiles, keyLoads } from '../tables'
import {
  type KeyCountsView,
  KeyHistoryInput,
  type KeyLoadFilter,
  type KeyLoadView,
  type KeyStep,
  KeyTerminalRef,
  ListKeyFilesInput,
  ListKeyLoadsInput,
} from './schemas'
import { toFileView } from './views'

const BySerial = z.tuple([z.string()])
const BySequence = z.tuple([z.number().int()])

/** Registered terminals by their keys, in the order of their serial numbers. */
export const listKeyLoads = query(
  { permission: 'keys:read', input: ListKeyLoadsInput },
  async (ctx, { cursor, limit, ...filter }): Promise<Page<KeyLoadView>> => {
    const rows = await selectLoads(ctx)
      .where(
        and(
          visibleTerminals(ctx),
          sql`${terminals.state} not in ('retired', 'revoked')`,
          ...conditionsOf(filter),
          cursor === undefined ? undefined : gt(terminals.serial, decodeCursor(cursor, BySerial)[0]),
        ),
      )
      .orderBy(terminals.serial)
      .limit(limit + 1)
    return toPage(rows, limit, (row) => [row.serial], toLoadView)
  },
)

/** What is known of one terminal's keys. `terminal_not_found`. */
export const getKeyLoad = query(
  { permission: 'keys:read', input: KeyTerminalRef },
  async (ctx, { terminalId }): Promise<KeyLoadView> => {
    const [row] = await selectLoads(ctx).where(and(eq(terminals.id, terminalId), visibleTerminals(ctx)))
    if (row === undefined) throw terminalNotFound()
    return toLoadView(row)
  },
)

/** How many terminals are at what, of those the caller sees. */
export const countKeyLoads = query(
  { permission: 'keys:read', input: z.strictObject({}) },
  async (ctx): Promise<KeyCountsView> => {
    const live = sql`${visibleTerminals(ctx)} and terminals.state not in ('retired', 'revoked')`
    const [all] = await ctx.db.execute<{ terminals: number }>(
      sql`select count(*)::int as terminals from terminals where ${live}`,
    )
    const rows = await ctx.db.execute<{
      state: KeyLoadState
      terminals: number
      requested: number
      alarm: number
      suspended: number
    }>(sql`
      select k.state, count(*)::int as terminals, count(k.requested_at)::int as requested,
        count(k.alarm)::int as alarm, count(k.suspended_at)::int as suspended
      from key_loads k join terminals on terminals.id = k.terminal_id where ${live} group by k.state order by k.state`)
    const total = (name: 'terminals' | 'requested' | 'alarm' | 'suspended') =>
      rows.reduce((sum, row) => sum + row[name], 0)
    const known = rows.filter(({ state }) => state !== 'none')
    const none = (all?.terminals ?? 0) - known.reduce((sum, row) => sum + row.terminals, 0)
    return {
      terminals: all?.terminals ?? 0,
      states: [
        { state: 'none', terminals: none },
        ...known.map((row) => ({ state: row.state, terminals: row.terminals })),
      ],
      requested: total('requested'),
      alarm: total('alarm'),
      suspended: total('suspended'),
    }
  },
)

/** The key files of one terminal, the highest sequence first. */
export const listKeyFiles = query(
  { permission: 'keys:read', input: ListKeyFilesInput },
  async (ctx, { cursor, limit, terminalId }) => {
    const rows = await ctx.db
      .select({ file: keyFiles, serial: terminals.serial })
      .from(keyFiles)
      .innerJoin(terminals, eq(terminals.id, keyFiles.terminalId))
      .where(
        and(
          eq(keyFiles.terminalId, terminalId),
          visibleTerminals(ctx),
          cursor === undefined ? undefined : lt(keyFiles.sequence, decodeCursor(cursor, BySequence)[0]),
        ),
      )
      .orderBy(desc(keyFiles.sequence))
      .limit(limit + 1)
    return toPage(
      rows,
      limit,
      ({ file }) => [file.sequence],
      ({ file, serial }) => toFileView(file, serial),
    )
  },
)

/** Every step of a terminal's keys, the newest first: the audit's own rows. */
export const keyHistory = query(
  { permission: 'keys:read', input: KeyHistoryInput },
  async (ctx, { cursor, limit, terminalId }): Promise<Page<KeyStep>> => {
    const files = await ctx.db
      .select({ id: keyFiles.id, sequence: keyFiles.sequence })
      .from(keyFiles)
      .innerJoin(terminals, eq(terminals.id, keyFiles.terminalId))
      .where(and(eq(keyFiles.terminalId, terminalId), visibleTerminals(ctx)))
      .orderBy(desc(keyFiles.sequence))
      .limit(MOST_IN_HISTORY)
    const isSeen = files.length > 0 || (await isVisible(ctx.db, ctx, terminalId))
    if (!isSeen) throw terminalNotFound()
    const sequences = new Map(files.map(({ id, sequence }) => [id, sequence]))
    const ofFiles =
      files.length === 0
        ? undefined
        : sql`(${auditEntries.subjectKind} = 'key-file' and ${inArray(auditEntries.subjectId, [...sequences.keys()])})`
    const ofTerminal = sql`(${auditEntries.subjectKind} = 'terminal' and ${auditEntries.subjectId} = ${terminalId})`
    const rows = await ctx.db
      .select()
      .from(auditEntries)
      .where(
        and(
          ofFiles === undefined ? ofTerminal : sql`(${ofFiles} or ${ofTerminal})`,
          // Whoever was refused one of the files took no step.
          like(auditEntries.action, 'key.%'),
          cursor === undefined ? undefined : lt(auditEntries.seq, decodeCursor(cursor, BySequence)[0]),
        ),
      )
      .orderBy(desc(auditEntries.seq))
      .limit(limit + 1)
    const hidden = await hiddenSerials(ctx, rows)
    return toPage(
      rows,
      limit,
      (row) => [row.seq],
      (row) => ({
        seq: row.seq,
        at: row.at.toISOString(),
        actor: { kind: row.actorKind, id: row.actorId, name: row.actorName },
        address: row.address,
        action: row.action,
        sequence: sequences.get(row.subjectId) ?? null,
        changes: withoutSerials(row.changes, hidden),
      }),
    )
  },
)

type Changes = (typeof auditEntries.$inferSelect)['changes']

const sameKeysIn = (changes: Changes) => {
  const serials = changes.sameKeysAs?.after
  return Array.isArray(serials) ? serials.map(String) : []
}

/** Terminals that have the same keys may be ones that the caller does not see: of those it learns that there are some. */
async function hiddenSerials(ctx: Ctx, rows: readonly { changes: Changes }[]): Promise<ReadonlySet<string>> {
  const named = new Set(rows.flatMap(({ changes }) => sameKeysIn(changes)))
  if (named.size === 0) return named
  const seen = await ctx.db
    .select({ serial: terminals.serial })
    .from(terminals)
    .where(and(inArray(terminals.serial, [...named]), visibleTerminals(ctx)))
  for (const { serial } of seen) named.delete(serial)
  return named
}

function withoutSerials(changes: Changes, hidden: ReadonlySet<string>): Changes {
  const serials = sameKeysIn(changes)
  if (!serials.some((serial) => hidden.has(serial))) return changes
  const after = [...serials.filter((serial) => !hidden.has(serial)), '…']
  return { ...changes, sameKeysAs: { before: null, after } }
}

function selectLoads({ db }: Ctx) {
  return db
    .select({
      terminalId: terminals.id,
      serial: terminals.serial,
      platform: terminals.platform,
      terminalState: terminals.state,
      transportKeyKcv: terminals.transportKeyKcv,
      reportedTransportKeyKcv: sql<
        string | null
      >`(select s.status ->> 'transportKeyKcv' from terminal_status s
        where s.terminal_id = ${terminals.id})`,
      load: keyLoads,
      file: keyFiles,
    })
    .from(terminals)
    .leftJoin(keyLoads, eq(keyLoads.terminalId, terminals.id))
    .leftJoin(keyFiles, eq(keyFiles.id, keyLoads.fileId))
    .$dynamic()
}

type LoadRow = Awaited<ReturnType<typeof selectLoads>>[number]

function toLoadView({ load, file, ...row }: LoadRow): KeyLoadView {
  return {
    ...row,
    state: load?.state ?? 'none',
    stateAt: load?.stateAt.toISOString() ?? null,
    file: file === null ? null : toFileView(file, row.serial),
    installedSequence: load?.installedSequence ?? null,
    installedAt: load?.installedAt?.toISOString() ?? null,
    requestedAt: load?.requestedAt?.toISOString() ?? null,
    failures: load?.failures ?? 0,
    suspendedAt: load?.suspendedAt?.toISOString() ?? null,
    alarm: load?.alarm ?? null,
    alarmAt: load?.alarmAt?.toISOString() ?? null,
  }
}

const NEEDS = {
  requested: sql`${keyLoads.requestedAt} is not null`,
  alarm: sql`${keyLoads.alarm} is not null`,
  suspended: sql`${keyLoads.suspendedAt} is not null`,
} as const

function conditionsOf({ search, platform, state, need, batch }: KeyLoadFilter): (SQL | undefined)[] {
  const start = search === undefined || search === '' ? undefined : `${escapeLike(search)}%`
  return [
    platform === undefined ? undefined : eq(terminals.platform, platform),
    state === undefined
      ? undefined
      : state === 'none'
        ? sql`coalesce(${keyLoads.state}, 'none') = 'none'`
        : eq(keyLoads.state, state),
    need === undefined ? undefined : NEEDS[need],
    batch === undefined ? undefined : eq(keyFiles.batch, batch),
    start === undefined
      ? undefined
      : sql`(${terminals.serial} like ${start} or exists (select from terminal_tids d
          where d.terminal_id = ${terminals.id} and d.tid like ${start}))`,
  ]
}
