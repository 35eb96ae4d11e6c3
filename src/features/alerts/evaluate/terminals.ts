import { and, count, eq, gt, inArray, isNull, ne, or, type SQL, sql } from 'drizzle-orm'
import type { Ctx } from '../../../core/context'
import { IN_SERVICE } from '../../monitoring/status'
import { planRaise } from '../decide'
import type { Rule } from '../rules'
import type { Look, TerminalSource } from '../sources/terminals'
import { alertLooks, alertMembers, alertStandings, alerts } from '../tables'
import { appendEvents, type Counts, changeCounts, countIn, openAlert } from './record'

const MINUTE_MS = 60_000
/** Last-seen times are written a little after they are taken: so much is looked at twice. */
const OVERLAP_MS = 5 * MINUTE_MS
/** Terminals that come to a kind in one transaction: a fleet that falls silent is taken in parts. */
const MOST_AT_ONCE = 100_000

export interface Looked {
  raised: number
  cleared: number
  /** False: there are more than one transaction takes; call again. */
  isDone: boolean
}

/**
 * One look at a kind that is about terminals, set by set: how many there are decides nothing but how long it takes. The
 * steps are those of `stepStanding`, in SQL; a test holds the two together. All of it is one transaction, and nothing is
 * remembered elsewhere: whoever dies in it has done nothing.
 */
export async function lookAtTerminals(
  ctx: Ctx,
  rule: Rule,
  sourceOf: (look: Look) => TerminalSource,
): Promise<Looked> {
  const now = ctx.clock.now()
  const [last] = await ctx.db.select().from(alertLooks).where(eq(alertLooks.kind, rule.kind))
  const isSameRule = last?.revision === rule.revision
  const since = isSameRule ? new Date(last.lookedAt.getTime() - OVERLAP_MS) : undefined
  const source = sourceOf({ ctx, rule, now, since })
  await followStandings(ctx, rule, source)
  const found = await addStandings(ctx, rule, source)
  const counts: Counts = new Map()
  const cleared = await letGo(ctx, rule, counts)
  const raised = await raise(ctx, rule, counts)
  const isDone = found < MOST_AT_ONCE
  if (isDone)
    await ctx.db
      .insert(alertLooks)
      .values({ kind: rule.kind, lookedAt: now, revision: rule.revision })
      .onConflictDoUpdate({ target: alertLooks.kind, set: { lookedAt: now, revision: rule.revision } })
  await appendEvents(ctx, await changeCounts(ctx, rule, counts))
  return { raised, cleared, isDone }
}

/** What has been noted before: forgotten where nobody was told and it is not bad any more, well since now, or not well again. */
async function followStandings({ db, clock }: Ctx, { kind }: Rule, source: TerminalSource): Promise<void> {
  const now = sql`${clock.now().toISOString()}::timestamptz`
  const isBad = sql`(${IN_SERVICE} and coalesce(${source.isBad}, false))`
  const isGood = sql`(not (${IN_SERVICE}) or coalesce(${source.isGood}, false))`
  const facts = sql`from terminals left join terminal_presence p on p.terminal_id = terminals.id`
  await db.execute(sql`
    delete from alert_standings s using terminals left join terminal_presence p on p.terminal_id = terminals.id
    where s.kind = ${kind} and s.alert_id is null and terminals.id = s.terminal_id and not ${isBad}`)
  await db.execute(sql`
    update alert_standings s set good_since = case when s.good_since is null then ${now} end
    ${facts}
    where s.kind = ${kind} and s.alert_id is not null and terminals.id = s.terminal_id
      and ${isGood} <> (s.good_since is not null)`)
}

/** Terminals of which nothing was noted yet. How many they are; as many as are taken at once: there may be more. */
async function addStandings({ db }: Ctx, { kind }: Rule, source: TerminalSource): Promise<number> {
  const [row] = await db.execute<{ added: number }>(sql`
    with added as (
      insert into alert_standings (kind, terminal_id, bad_since)
      select ${kind}::text, c.terminal_id, c.since from (${source.candidates}) c
      where not exists (select from alert_standings s where s.kind = ${kind} and s.terminal_id = c.terminal_id)
      limit ${MOST_AT_ONCE}
      on conflict do nothing returning 1)
    select count(*)::int as added from added`)
  return row?.added ?? 0
}

/** Terminals that have been well for long enough leave their alerts. */
async function letGo({ db, clock }: Ctx, rule: Rule, counts: Counts): Promise<number> {
  const now = clock.now()
  const wellSince = before(now, rule.clearAfterMinutes)
  const rows = await db.execute<{ alertId: string; terminals: number }>(sql`
    with gone as (
      delete from alert_standings s
      where s.kind = ${rule.kind} and s.alert_id is not null and s.good_since <= ${wellSince}::timestamptz
      returning s.terminal_id, s.alert_id),
    parted as (
      update alert_members m set left_at = ${now.toISOString()}::timestamptz
      from gone where m.alert_id = gone.alert_id and m.terminal_id = gone.terminal_id)
    select alert_id as "alertId", count(*)::int as terminals from gone group by 1`)
  for (const { alertId, terminals } of rows) countIn(counts, alertId, { left: terminals })
  return rows.reduce((sum, { terminals }) => sum + terminals, 0)
}

/** Terminals that have been bad for long enough get alerts. */
async function raise(ctx: Ctx, rule: Rule, counts: Counts): Promise<number> {
  const { db, clock } = ctx
  const now = clock.now()
  const quietMs = rule.quietMinutes * MINUTE_MS
  const isDue = sql`s.kind = ${rule.kind} and s.alert_id is null
    and s.bad_since <= ${before(now, rule.raiseAfterMinutes)}::timestamptz`
  const groups = await db
    .select({ id: alerts.id, clearedAt: alerts.clearedAt, joinedAt: alerts.joinedAt })
    .from(alerts)
    .where(
      and(
        eq(alerts.kind, rule.kind),
        eq(alerts.subjectKind, 'terminals'),
        or(ne(alerts.state, 'cleared'), gt(alerts.clearedAt, new Date(now.getTime() - quietMs))),
      ),
    )
  const rejoined = groups.some(({ clearedAt }) => clearedAt === null)
    ? await rejoin(ctx, rule, isDue, counts)
    : 0
  const [due] = await db.execute<{ newcomers: number }>(
    sql`select count(*)::int as newcomers from alert_standings s where ${isDue}`,
  )
  const [open] = await db
    .select({ singles: count() })
    .from(alerts)
    .where(and(eq(alerts.kind, rule.kind), eq(alerts.subjectKind, 'terminal'), ne(alerts.state, 'cleared')))
  const newcomers = due?.newcomers ?? 0
  const plan = planRaise(
    { newcomers, openSingles: open?.singles ?? 0, groups },
    { groupedFrom: rule.groupedFrom, quietMs },
    now,
  )
  if (plan.as === 'singles') await raiseEach(ctx, rule, isDue, counts)
  if (plan.as === 'group') {
    const about = { subjectKind: 'terminals' as const, subjectId: undefined, label: '' }
    const groupId = plan.groupId ?? (await openAlert(ctx, rule, about))
    await join(ctx, isDue, groupId)
    countIn(counts, groupId, { joined: newcomers })
  }
  return newcomers + rejoined
}

/** Who has left a group a moment ago comes back to it. */
async function rejoin({ db, clock }: Ctx, rule: Rule, isDue: SQL, counts: Counts): Promise<number> {
  const now = clock.now()
  const rows = await db.execute<{ alertId: string; terminals: number }>(sql`
    with back as (
      select s.terminal_id, (select m.alert_id from alert_members m join alerts a on a.id = m.alert_id
        where m.terminal_id = s.terminal_id and m.left_at > ${before(now, rule.quietMinutes)}::timestamptz
          and a.kind = ${rule.kind} and a.subject_kind = 'terminals' and a.state <> 'cleared'
        order by m.left_at desc limit 1) as alert_id
      from alert_standings s where ${isDue}),
    moved as (
      update alert_standings s set alert_id = back.alert_id from back
      where s.kind = ${rule.kind} and s.terminal_id = back.terminal_id and back.alert_id is not null
      returning s.terminal_id, s.alert_id),
    joined as (
      update alert_members m set left_at = null, joined_at = ${now.toISOString()}::timestamptz
      from moved where m.alert_id = moved.alert_id and m.terminal_id = moved.terminal_id)
    select alert_id as "alertId", count(*)::int as terminals from moved group by 1`)
  for (const { alertId, terminals } of rows) countIn(counts, alertId, { joined: terminals })
  return rows.reduce((sum, { terminals }) => sum + terminals, 0)
}

/** One alert for each that is due; the one of before where it has cleared a moment ago. */
async function raiseEach(ctx: Ctx, rule: Rule, isDue: SQL, counts: Counts): Promise<void> {
  const rows = await ctx.db.execute<{ terminalId: string; serial: string; alertId: string | null }>(sql`
    select s.terminal_id as "terminalId", terminals.serial, (select a.id from alerts a
      where a.kind = ${rule.kind} and a.subject_kind = 'terminal' and a.subject_id = s.terminal_id::text
        and a.cleared_at > ${before(ctx.clock.now(), rule.quietMinutes)}::timestamptz
      order by a.cleared_at desc limit 1) as "alertId"
    from alert_standings s join terminals on terminals.id = s.terminal_id where ${isDue}`)
  for (const { terminalId, serial, alertId } of rows) {
    const about = { subjectKind: 'terminal' as const, subjectId: terminalId, label: serial }
    const id = alertId ?? (await openAlert(ctx, rule, about))
    await join(ctx, sql`${isDue} and s.terminal_id = ${terminalId}`, id)
    countIn(counts, id, { joined: 1 })
  }
}

async function join({ db, clock }: Ctx, which: SQL, alertId: string): Promise<void> {
  await db.execute(sql`
    with moved as (
      update alert_standings s set alert_id = ${alertId}, good_since = null where ${which} returning s.terminal_id)
    insert into alert_members (alert_id, terminal_id, serial, joined_at)
    select ${alertId}::uuid, terminals.id, terminals.serial, ${clock.now().toISOString()}::timestamptz
    from moved join terminals on terminals.id = moved.terminal_id
    on conflict (alert_id, terminal_id) do update set left_at = null, joined_at = excluded.joined_at`)
}

const before = (now: Date, minutes: number) => new Date(now.getTime() - minutes * MINUTE_MS).toISOString()

/** A kind that is switched off is wrong nowhere. */
export async function forgetTerminals({ db, clock }: Ctx, { kind }: Rule): Promise<void> {
  await db
    .update(alertMembers)
    .set({ leftAt: clock.now() })
    .where(
      and(
        isNull(alertMembers.leftAt),
        inArray(
          alertMembers.alertId,
          db
            .select({ id: alerts.id })
            .from(alerts)
            .where(and(eq(alerts.kind, kind), ne(alerts.state, 'cleared'))),
        ),
      ),
    )
  await db.delete(alertStandings).where(eq(alertStandings.kind, kind))
  await db.delete(alertLooks).where(eq(alertLooks.kind, kind))
}
