import { and, desc, eq, getTableColumns, isNull, lt, sql } from 'drizzle-orm'
import { z } from 'zod'
import { type Ctx, callerName } from '../../../core/context'
import { Failure } from '../../../core/errors'
import { newId } from '../../../core/ids'
import { decodeCursor, type Page, toPage } from '../../../core/paging'
import { mutation, query } from '../../../core/verb'
import { loadTerminal, visibleTerminals } from '../../terminals'
import { requestEnded, requestNotFound, requestsMany } from './errors'
import { LONGEST_REQUEST_DAYS, MOST_OPEN_REQUESTS } from './lists'
import {
  EcrLogRequestRef,
  type EcrLogRequestView,
  ListEcrLogRequestsInput,
  RequestEcrLogInput,
} from './schemas'
import { ecrLogRequests } from './tables'

const DAY_MS = 86_400_000

type RequestRow = typeof ecrLogRequests.$inferSelect

/**
 * Asks a terminal for its log of a period: it is told at its next check-in, and answers by the upload. The same period again
 * is the same request. `terminal_not_found`, `ecr_log_requests_many`.
 */
export const requestEcrLog = mutation(
  { permission: 'ecr-logs:request', input: RequestEcrLogInput },
  async (scope, { terminalId, from, to }): Promise<EcrLogRequestView> => {
    const { serial } = await loadTerminal(scope, terminalId)
    const [fromAt, toAt] = [new Date(from), new Date(to)]
    if (toAt.getTime() - fromAt.getTime() > LONGEST_REQUEST_DAYS * DAY_MS)
      throw new Failure(
        'invalid_input',
        'invalid_input',
        `to: at most ${LONGEST_REQUEST_DAYS} days after from`,
        { issues: [{ path: 'to', message: `at most ${LONGEST_REQUEST_DAYS} days after from` }] },
      )
    await scope.db.execute(sql`select id from terminals where id = ${terminalId} for update`)
    const open = await scope.db
      .select()
      .from(ecrLogRequests)
      .where(and(eq(ecrLogRequests.terminalId, terminalId), isNull(ecrLogRequests.endedAt)))
    const same = open.find((one) => +one.fromAt === +fromAt && +one.toAt === +toAt)
    if (same !== undefined) {
      scope.nothingChanged()
      return toView({ ...same, serial })
    }
    if (open.length >= MOST_OPEN_REQUESTS) throw requestsMany({ values: { most: MOST_OPEN_REQUESTS } })
    const now = scope.clock.now()
    const row: RequestRow = {
      id: newId(now.getTime()),
      terminalId,
      fromAt,
      toAt,
      requestedBy: callerName(scope.actor),
      requestedAt: now,
      endedAt: null,
      logId: null,
      outcome: null,
      failures: 0,
      retryAt: null,
      reason: null,
      vendorCode: null,
      message: null,
    }
    await scope.db.insert(ecrLogRequests).values(row)
    scope.audit({
      action: 'ecr_log.requested',
      subject: { kind: 'terminal', id: terminalId, label: serial },
      after: { from: fromAt.toISOString(), to: toAt.toISOString() },
    })
    scope.changed({ topic: 'terminal', subjectId: terminalId })
    return toView({ ...row, serial })
  },
)

/**
 * Takes a request back: the terminal is not told of it any more. A log that is on its way already is kept like any other.
 * `ecr_log_request_not_found`, `ecr_log_request_ended`.
 */
export const cancelEcrLogRequest = mutation(
  { permission: 'ecr-logs:request', input: EcrLogRequestRef },
  async (scope, { requestId }): Promise<EcrLogRequestView> => {
    const [row] = await scope.db
      .select(columns)
      .from(ecrLogRequests)
      .where(and(eq(ecrLogRequests.id, requestId), ofVisibleTerminal(scope)))
      .for('update')
    if (row === undefined) throw requestNotFound()
    if (row.outcome === 'cancelled') {
      scope.nothingChanged()
      return toView(row)
    }
    if (row.outcome !== null) throw requestEnded()
    const ended = { endedAt: scope.clock.now(), outcome: 'cancelled', retryAt: null } as const
    await scope.db.update(ecrLogRequests).set(ended).where(eq(ecrLogRequests.id, requestId))
    const { terminalId, serial, fromAt, toAt } = row
    scope.audit({
      action: 'ecr_log.request_cancelled',
      subject: { kind: 'terminal', id: terminalId, label: serial },
      before: { from: fromAt.toISOString(), to: toAt.toISOString() },
    })
    scope.changed({ topic: 'terminal', subjectId: terminalId })
    return toView({ ...row, ...ended })
  },
)

const columns = {
  ...getTableColumns(ecrLogRequests),
  serial: sql<string>`(select serial from terminals where terminals.id = ${ecrLogRequests.terminalId})`,
}

const ofVisibleTerminal = (ctx: Pick<Ctx, 'actor'>) =>
  sql`exists (select from terminals where terminals.id = ${ecrLogRequests.terminalId} and ${visibleTerminals(ctx)})`

/** `ecr_log_request_not_found`. */
export const getEcrLogRequest = query(
  { permission: 'ecr-logs:read', input: EcrLogRequestRef },
  async (ctx, { requestId }): Promise<EcrLogRequestView> => {
    const [row] = await ctx.db
      .select(columns)
      .from(ecrLogRequests)
      .where(and(eq(ecrLogRequests.id, requestId), ofVisibleTerminal(ctx)))
    if (row === undefined) throw requestNotFound()
    return toView(row)
  },
)

const Position = z.tuple([z.uuid()])

/** What terminals were asked for, the newest first. */
export const listEcrLogRequests = query(
  { permission: 'ecr-logs:read', input: ListEcrLogRequestsInput },
  async (ctx, { cursor, limit, terminalId }): Promise<Page<EcrLogRequestView>> => {
    const rows = await ctx.db
      .select(columns)
      .from(ecrLogRequests)
      .where(
        and(
          ofVisibleTerminal(ctx),
          terminalId === undefined ? undefined : eq(ecrLogRequests.terminalId, terminalId),
          cursor === undefined ? undefined : lt(ecrLogRequests.id, decodeCursor(cursor, Position)[0]),
        ),
      )
      .orderBy(desc(ecrLogRequests.id))
      .limit(limit + 1)
    return toPage(rows, limit, (row) => [row.id], toView)
  },
)

function toView({ fromAt, toAt, requestedAt, endedAt, retryAt, ...row }: RequestRow & { serial: string }) {
  return {
    ...row,
    from: fromAt.toISOString(),
    to: toAt.toISOString(),
    requestedAt: requestedAt.toISOString(),
    endedAt: endedAt?.toISOString() ?? null,
    retryAt: retryAt?.toISOString() ?? null,
  }
}
