import { and, desc, eq, isNull, lt, sql } from 'drizzle-orm'
import { z } from 'zod'
import { callerName } from '../../../core/context'
import { Failure } from '../../../core/errors'
import { newId } from '../../../core/ids'
import { decodeCursor, type Page, toPage } from '../../../core/paging'
import { mutation, query } from '../../../core/verb'
import { loadTerminal, visibleTerminals } from '../../terminals'
import { requestsMany } from './errors'
import { LONGEST_REQUEST_DAYS, MOST_OPEN_REQUESTS } from './lists'
import { type EcrLogRequestView, ListEcrLogRequestsInput, RequestEcrLogInput } from './schemas'
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
      isFulfilled: false,
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

const Position = z.tuple([z.uuid()])

/** What terminals were asked for, the newest first. */
export const listEcrLogRequests = query(
  { permission: 'ecr-logs:read', input: ListEcrLogRequestsInput },
  async (ctx, { cursor, limit, terminalId }): Promise<Page<EcrLogRequestView>> => {
    const rows = await ctx.db
      .select({
        id: ecrLogRequests.id,
        terminalId: ecrLogRequests.terminalId,
        fromAt: ecrLogRequests.fromAt,
        toAt: ecrLogRequests.toAt,
        requestedBy: ecrLogRequests.requestedBy,
        requestedAt: ecrLogRequests.requestedAt,
        endedAt: ecrLogRequests.endedAt,
        logId: ecrLogRequests.logId,
        isFulfilled: ecrLogRequests.isFulfilled,
        serial: sql<string>`(select serial from terminals where terminals.id = ${ecrLogRequests.terminalId})`,
      })
      .from(ecrLogRequests)
      .where(
        and(
          sql`exists (select from terminals where terminals.id = ${ecrLogRequests.terminalId} and ${visibleTerminals(ctx)})`,
          terminalId === undefined ? undefined : eq(ecrLogRequests.terminalId, terminalId),
          cursor === undefined ? undefined : lt(ecrLogRequests.id, decodeCursor(cursor, Position)[0]),
        ),
      )
      .orderBy(desc(ecrLogRequests.id))
      .limit(limit + 1)
    return toPage(rows, limit, (row) => [row.id], toView)
  },
)

function toView({ fromAt, toAt, requestedAt, endedAt, ...row }: RequestRow & { serial: string }) {
  return {
    ...row,
    from: fromAt.toISOString(),
    to: toAt.toISOString(),
    requestedAt: requestedAt.toISOString(),
    endedAt: endedAt?.toISOString() ?? null,
  }
}
