import { sql } from 'drizzle-orm'
import type { Ctx } from '../../../core/context'
import type { JobRun } from '../../../jobs/schedule'
import { countScope } from './count'
import { FLEET, keyOf, type Scope, smallSource } from './scope'

/** Scopes of so many terminals are counted at each look; larger ones are kept as they stood. */
export const LIVE_MAX = 2_000
const KEPT_DAYS = 7
/** Scopes that are kept: those asked for last. */
const SCOPES_MAX = 200
/** The beat comes once a minute: what is nearly old enough does not wait for the next. */
const SLACK_MS = 30_000

export const JOB_NAME = 'count-analysis'

/**
 * Notes that a scope is looked at, so that it is counted from now on.
 * @returns whether nobody has looked at it lately
 */
export async function noteAsked({ db, clock }: Pick<Ctx, 'db' | 'clock'>, scope: Scope): Promise<boolean> {
  const now = clock.now().toISOString()
  // Once an hour is enough to tell who is still looked at, and spares each look a write.
  const [row] = await db.execute<{ isNew: boolean }>(sql`
    insert into analysis_scopes as a (key, scope, asked_at)
    values (${keyOf(scope)}, ${JSON.stringify(scope)}::text::jsonb, ${now}::timestamptz)
    on conflict (key) do update set asked_at = excluded.asked_at
      where a.asked_at < excluded.asked_at - interval '1 hour'
    returning (xmax = 0) as "isNew"`)
  return row?.isNew === true
}

/** Counts anew what is due: what was never counted first, then what somebody waits for, then the oldest. */
export async function countDue(
  ctx: Ctx,
  { signal, report }: Pick<JobRun, 'signal' | 'report'>,
  liveMax = LIVE_MAX,
): Promise<{ scopes: number; scopesForgotten: number }> {
  if ((await smallSource(ctx.db, FLEET, liveMax)) === undefined) await noteAsked(ctx, FLEET)
  const scopesForgotten = await forget(ctx)
  const now = ctx.clock.now()
  const dueBefore = new Date(now.getTime() - ctx.settings.analysis.minutes * 60_000 + SLACK_MS)
  const due = await ctx.db.execute<{ key: string; scope: Scope }>(sql`
    select key, scope from analysis_scopes
    where counted_at is null or wanted_at is not null or counted_at <= ${dueBefore.toISOString()}::timestamptz
    order by counts is not null, wanted_at is null, counted_at`)
  let scopes = 0
  for (const { key, scope } of due) {
    if (signal.aborted) break
    report({ done: scopes, total: due.length, step: 'counting' })
    await keepCounts(ctx, key, scope)
    scopes += 1
  }
  return { scopes, scopesForgotten }
}

async function keepCounts(ctx: Ctx, key: string, scope: Scope): Promise<void> {
  const at = ctx.clock.now().toISOString()
  const startedAt = performance.now()
  const counts = await countScope(ctx, scope)
  const tookMs = Math.round(performance.now() - startedAt)
  await ctx.db.execute(sql`
    update analysis_scopes set counts = ${JSON.stringify(counts)}::text::jsonb,
      counted_at = ${at}::timestamptz, took_ms = ${tookMs},
      wanted_at = case when wanted_at > ${at}::timestamptz then wanted_at end
    where key = ${key}`)
}

async function forget(ctx: Ctx): Promise<number> {
  const horizon = new Date(ctx.clock.now().getTime() - KEPT_DAYS * 86_400_000).toISOString()
  const gone = await ctx.db.execute(sql`
    delete from analysis_scopes where asked_at < ${horizon}::timestamptz
      or key in (select key from analysis_scopes order by asked_at desc, key offset ${SCOPES_MAX})
    returning 1`)
  return gone.length
}
