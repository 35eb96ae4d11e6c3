import { and, desc, eq, inArray, ne, type SQL, sql } from 'drizzle-orm'
import { z } from 'zod'
import { type Ctx, visibilityOf } from '../../core/context'
import { decodeCursor, toPage } from '../../core/paging'
import { query } from '../../core/verb'
import { visibleTerminals } from '../terminals'
import { toldValues } from '../updates/rollouts'
import { alertNotFound } from './errors'
import {
  type AlertFilter,
  AlertRef,
  type AlertView,
  ListAlertsInput,
  ListAlertTerminalsInput,
} from './schemas'
import { seenAlerts, seenCounts } from './sight'
import { alertEvents, alerts } from './tables'

const permission = 'alerts:read'
const MOST_EVENTS = 100
const MOST_PLACES = 5
const Position = z.tuple([z.iso.datetime(), z.uuid()])

const columns = (ctx: Ctx) => ({ alert: alerts, ...seenCounts(ctx) })
type Row = { alert: typeof alerts.$inferSelect; count: number; peak: number }

/** Those that were raised last before the others. */
export const listAlerts = query(
  { permission, input: ListAlertsInput },
  async (ctx, { cursor, limit, ...filter }) => findAlerts(ctx, filter, { cursor, limit }),
)

/** One page of what a caller sees. */
export async function findAlerts(
  ctx: Ctx,
  { state, kind, severity, terminalId }: AlertFilter,
  { cursor, limit }: { cursor: string | undefined; limit: number },
) {
  const rows = await ctx.db
    .select(columns(ctx))
    .from(alerts)
    .where(
      and(
        seenAlerts(ctx),
        state === 'any'
          ? undefined
          : state === 'open'
            ? ne(alerts.state, 'cleared')
            : eq(alerts.state, state),
        kind === undefined ? undefined : eq(alerts.kind, kind),
        severity === undefined ? undefined : eq(alerts.severity, severity),
        terminalId === undefined ? undefined : isAbout(ctx, terminalId),
        cursor === undefined ? undefined : isAfter(decodeCursor(cursor, Position)),
      ),
    )
    .orderBy(desc(alerts.raisedAt), desc(alerts.id))
    .limit(limit + 1)
  return toPage(rows, limit, ({ alert }) => [alert.raisedAt.toISOString(), alert.id], viewFor(ctx))
}

const isAfter = ([at, id]: z.infer<typeof Position>): SQL =>
  sql`(${alerts.raisedAt}, ${alerts.id}) < (${at}::timestamptz, ${id}::uuid)`

/** A caller learns nothing of a terminal that it does not see. */
const isAbout = (ctx: Ctx, terminalId: string): SQL => sql`exists (select from alert_members m
  join terminals on terminals.id = m.terminal_id and ${visibleTerminals(ctx)}
  where m.alert_id = alerts.id and m.terminal_id = ${terminalId})`

/** One alert, what happened to it, and where most of its terminals are. `alert_not_found`. */
export const getAlert = query({ permission, input: AlertRef }, async (ctx, { alertId }) => {
  const view = await findAlert(ctx, alertId)
  const isLimited = visibilityOf(ctx.actor).kind === 'limited'
  const events = await ctx.db
    .select()
    .from(alertEvents)
    .where(eq(alertEvents.alertId, alertId))
    .orderBy(desc(alertEvents.seq))
    .limit(MOST_EVENTS)
  return {
    ...view,
    events: events.map(({ what, at, count, byName, note }) => ({
      what,
      at: at.toISOString(),
      count: isLimited ? null : count,
      byName,
      note,
    })),
    places: view.subject.kind === 'terminals' ? await placesOf(ctx, view) : [],
  }
})

async function findAlert(ctx: Ctx, alertId: string): Promise<AlertView> {
  const [row] = await ctx.db
    .select(columns(ctx))
    .from(alerts)
    .where(and(eq(alerts.id, alertId), seenAlerts(ctx)))
  if (row === undefined) throw alertNotFound()
  return viewFor(ctx)(row)
}

/** Of an alert that is over: where they were. */
async function placesOf(ctx: Ctx, { id, state }: AlertView) {
  const isStill = state === 'cleared' ? sql`true` : sql`m.left_at is null`
  const visibility = visibilityOf(ctx.actor)
  // Groups that limits do not name are none of the caller's business.
  const isSeen =
    visibility.kind === 'all' || visibility.groupIds.length === 0
      ? sql`${visibility.kind === 'all'}`
      : sql`g.id in ${[...visibility.groupIds]}`
  return ctx.db.execute<{ groupId: string; name: string; terminals: number }>(sql`
    select g.id as "groupId", g.name, count(*)::int as terminals
    from alert_members m join terminals on terminals.id = m.terminal_id and ${visibleTerminals(ctx)}
      join terminal_group_members x on x.terminal_id = m.terminal_id join terminal_groups g on g.id = x.group_id
    where m.alert_id = ${id} and ${isStill} and ${isSeen}
    group by g.id order by 3 desc, 2 limit ${MOST_PLACES}`)
}

const SerialPosition = z.tuple([z.string()])

interface Member extends Record<string, unknown> {
  terminalId: string
  serial: string
  joinedAtMs: number
  leftAtMs: number | null
  lastSeenAtMs: number | null
  groups: string[]
}

/** The terminals of an alert in the order of their serial numbers. `alert_not_found`. */
export const listAlertTerminals = query(
  { permission, input: ListAlertTerminalsInput },
  async (ctx, { alertId, isPastShown, cursor, limit }) => {
    await findAlert(ctx, alertId)
    const after = cursor === undefined ? '' : decodeCursor(cursor, SerialPosition)[0]
    const rows = await ctx.db.execute<Member>(sql`
      select m.terminal_id as "terminalId", m.serial, ${ms(sql`m.joined_at`)} as "joinedAtMs",
        ${ms(sql`m.left_at`)} as "leftAtMs", ${ms(sql`p.last_seen_at`)} as "lastSeenAtMs",
        array(select g.name from terminal_group_members x join terminal_groups g on g.id = x.group_id
          where x.terminal_id = m.terminal_id order by g.name) as groups
      from alert_members m join terminals on terminals.id = m.terminal_id and ${visibleTerminals(ctx)}
        left join terminal_presence p on p.terminal_id = m.terminal_id
      where m.alert_id = ${alertId} and m.serial > ${after} and ${isPastShown ? sql`true` : sql`m.left_at is null`}
      order by m.serial limit ${limit + 1}`)
    return toPage(
      rows,
      limit,
      ({ serial }) => [serial],
      ({ terminalId, serial, joinedAtMs, leftAtMs, lastSeenAtMs, groups }) => ({
        terminalId,
        serial,
        joinedAt: new Date(joinedAtMs).toISOString(),
        leftAt: momentOf(leftAtMs),
        lastSeenAt: momentOf(lastSeenAtMs),
        groups,
      }),
    )
  },
)

const ms = (at: SQL) => sql`(extract(epoch from ${at}) * 1000)::float8`
const momentOf = (at: number | null) => (at === null ? null : new Date(at).toISOString())

/** What the bell shows. */
export const countAlerts = query({ permission, input: z.object({}) }, async (ctx) => {
  const [row] = await ctx.db
    .select({
      raised: sql<number>`count(*) filter (where ${alerts.state} = 'raised')::int`,
      critical: sql<number>`count(*) filter (where ${alerts.state} = 'raised' and ${alerts.severity} = 'critical')::int`,
      acknowledged: sql<number>`count(*) filter (where ${alerts.state} = 'acknowledged')::int`,
    })
    .from(alerts)
    .where(and(inArray(alerts.state, ['raised', 'acknowledged']), alerts.inBell, seenAlerts(ctx)))
  return row ?? { raised: 0, critical: 0, acknowledged: 0 }
})

const viewFor =
  (ctx: Ctx) =>
  ({ alert, count, peak }: Row): AlertView => {
    return {
      id: alert.id,
      kind: alert.kind,
      severity: alert.severity,
      state: alert.state,
      subject: {
        kind: alert.subjectKind,
        id: alert.subjectKind === 'terminals' ? null : alert.subjectId,
        label: alert.label,
      },
      count,
      peak,
      times: alert.times,
      detail: toldValues(ctx, alert.detail),
      firstRaisedAt: alert.firstRaisedAt.toISOString(),
      raisedAt: alert.raisedAt.toISOString(),
      acknowledgedAt: alert.acknowledgedAt?.toISOString() ?? null,
      acknowledgedBy: alert.acknowledgedBy,
      note: alert.note,
      clearedAt: alert.clearedAt?.toISOString() ?? null,
    }
  }
