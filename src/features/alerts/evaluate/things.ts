import { and, desc, eq, gt, ne, or, sql } from 'drizzle-orm'
import type { Ctx } from '../../../core/context'
import { stepStanding } from '../decide'
import type { Rule } from '../rules'
import type { Finding } from '../sources/things'
import { alertConditions, alerts } from '../tables'
import { appendEvents, type Counts, changeCounts, countIn, openAlert } from './record'
import type { Looked } from './terminals'

const MINUTE_MS = 60_000

/** One look at a kind that is about no terminals: few things, each by itself. */
export async function lookAtThings(ctx: Ctx, rule: Rule, findings: readonly Finding[]): Promise<Looked> {
  const { db } = ctx
  const now = ctx.clock.now()
  const known = await db.select().from(alertConditions).where(eq(alertConditions.kind, rule.kind))
  const bySubject = new Map(known.map((row) => [row.subjectId, row]))
  const found = new Map(findings.map((finding) => [finding.subjectId, finding]))
  const lasting = {
    raiseAfterMs: rule.raiseAfterMinutes * MINUTE_MS,
    clearAfterMs: rule.clearAfterMinutes * MINUTE_MS,
  }
  const counts: Counts = new Map()
  for (const subjectId of new Set([...bySubject.keys(), ...found.keys()])) {
    const row = bySubject.get(subjectId)
    const finding = found.get(subjectId)
    const before = row === undefined ? undefined : { ...row, isRaised: row.alertId !== null }
    const sign = finding === undefined ? 'good' : 'bad'
    const { standing, does } = stepStanding(before, { sign, since: finding?.since ?? now }, lasting, now)
    let alertId = row?.alertId ?? null
    if (does === 'raise' && finding !== undefined) {
      alertId = (await reopenable(ctx, rule, subjectId)) ?? (await openAlert(ctx, rule, finding))
      countIn(counts, alertId, { joined: 1 })
    }
    if (does === 'clear' && alertId !== null) countIn(counts, alertId, { left: 1 })
    if (finding !== undefined && alertId !== null) await refresh(ctx, alertId, finding)
    const ofSubject = and(eq(alertConditions.kind, rule.kind), eq(alertConditions.subjectId, subjectId))
    if (standing === undefined) await db.delete(alertConditions).where(ofSubject)
    else {
      const { badSince, goodSince } = standing
      const values = { kind: rule.kind, subjectId, badSince, goodSince, alertId }
      await db
        .insert(alertConditions)
        .values(values)
        .onConflictDoUpdate({ target: [alertConditions.kind, alertConditions.subjectId], set: values })
    }
  }
  const happened = await changeCounts(ctx, rule, counts)
  await appendEvents(ctx, happened)
  const of = (isCleared: boolean) => happened.filter(({ what }) => (what === 'cleared') === isCleared).length
  return { raised: of(false), cleared: of(true), isDone: true }
}

/** The alert about the same thing that has cleared a moment ago. */
async function reopenable({ db, clock }: Ctx, rule: Rule, subjectId: string): Promise<string | undefined> {
  const since = new Date(clock.now().getTime() - rule.quietMinutes * MINUTE_MS)
  const [row] = await db
    .select({ id: alerts.id })
    .from(alerts)
    .where(and(eq(alerts.kind, rule.kind), eq(alerts.subjectId, subjectId), gt(alerts.clearedAt, since)))
    .orderBy(desc(alerts.clearedAt))
    .limit(1)
  return row?.id
}

/** What is said of it may have changed since: another reason, another name. */
async function refresh({ db }: Ctx, alertId: string, { label, detail }: Finding): Promise<void> {
  await db
    .update(alerts)
    .set({ label, detail })
    .where(
      and(
        eq(alerts.id, alertId),
        or(ne(alerts.label, label), sql`${alerts.detail} <> ${JSON.stringify(detail)}::text::jsonb`),
      ),
    )
}

/** A kind that is switched off is wrong nowhere. */
export async function forgetThings({ db }: Ctx, rule: Rule): Promise<void> {
  await db.delete(alertConditions).where(eq(alertConditions.kind, rule.kind))
}
