import { sql } from 'drizzle-orm'
import type { Ctx } from '../../../core/context'
import { failingJobs } from '../../jobs'
import { expiringApiKeys } from '../../operators'
import { haltedRollouts } from '../../updates/rollouts'
import type { AlertKind, AlertSubject } from '../lists'
import { failingMails } from '../mail/failing'
import type { Rule } from '../rules'
import type { AlertDetail } from '../tables'

/** Something that is no terminal and is bad now. */
export interface Finding {
  subjectKind: AlertSubject
  subjectId: string
  label: string
  since: Date
  detail: AlertDetail
}

type Source = (ctx: Ctx, rule: Rule, now: Date) => Promise<Finding[]>

const halted: Source = async (ctx) =>
  (await haltedRollouts(ctx)).map(({ id, name, reason, haltedAt }) => ({
    subjectKind: 'rollout',
    subjectId: id,
    label: name,
    since: haltedAt,
    detail: reason === null ? {} : { reason: reason.code, ...reason.values },
  }))

const failing: Source = async (ctx, rule) => {
  const runs = rule.threshold ?? 1
  return (await failingJobs(ctx, runs)).map(({ name, failedAt }) => ({
    subjectKind: 'job',
    subjectId: name,
    label: name,
    since: failedAt,
    detail: { runs },
  }))
}

/** Webhooks read alerts by this slice's face, so they cannot be asked by theirs: the two would stand on each other. */
const switchedOff: Source = async (ctx) => {
  const rows = await ctx.db.execute<{ id: string; name: string; disabledBy: string; atMs: number }>(sql`
    select id, name, disabled_by as "disabledBy", (extract(epoch from disabled_at) * 1000)::float8 as "atMs"
    from webhook_endpoints where state = 'disabled' and disabled_by in ('gone', 'failing') order by id`)
  return rows.map(({ id, name, disabledBy, atMs }) => ({
    subjectKind: 'webhook',
    subjectId: id,
    label: name,
    since: new Date(atMs),
    detail: { disabledBy },
  }))
}

const ending: Source = async (ctx, rule, now) => {
  const until = new Date(now.getTime() + (rule.threshold ?? 0) * 86_400_000)
  return (await expiringApiKeys(ctx, until)).map(({ id, name, expiresAt }) => ({
    subjectKind: 'api-key',
    subjectId: id,
    label: name,
    since: now,
    detail: { expiresAt: expiresAt?.toISOString() ?? '' },
  }))
}

const unmailed: Source = async (ctx) =>
  (await failingMails(ctx)).map(({ id, name, since, error }) => ({
    subjectKind: 'mail',
    subjectId: id,
    label: name,
    since,
    detail: { mailError: error },
  }))

/** By kind; a kind that is not here is about terminals. */
export const THING_SOURCES: Readonly<Partial<Record<AlertKind, Source>>> = {
  'rollout-halted': halted,
  'job-failing': failing,
  'webhook-off': switchedOff,
  'api-key-expiring': ending,
  'mail-failing': unmailed,
}
