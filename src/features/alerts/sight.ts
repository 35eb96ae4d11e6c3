import { type SQL, sql } from 'drizzle-orm'
import { type Ctx, isPermitted, type Visibility, visibilityOf } from '../../core/context'
import type { Scope } from '../../core/permissions'
import { visibleTerminals } from '../terminals'
import { seesRolloutOf } from '../updates/rollouts'
import { ALERT_KINDS, type AlertKind, KIND_FACTS, type KindFacts } from './lists'

/**
 * The alerts a caller sees, as a condition on `alerts`: of kinds about what it may read; of terminals, those with one that
 * lies within its limits; of rollouts, those that it sees; of the server, where it has no limits.
 */
export function seenAlerts(ctx: Pick<Ctx, 'actor'>): SQL {
  const kinds = ALERT_KINDS.filter((kind) => isPermitted(ctx.actor, KIND_FACTS[kind].needs))
  if (visibilityOf(ctx.actor).kind === 'all') return isOneOf(kinds)
  const of = (about: KindFacts['about']) => isOneOf(kinds.filter((kind) => KIND_FACTS[kind].about === about))
  return sql`((${of('terminals')} and ${hasSeenMember(ctx)})
    or (${of('rollouts')} and ${seesRolloutOf(ctx, sql`alerts.subject_id::uuid`)}))`
}

/** What somebody may read who is told of every alert within such limits. */
export function scopesOfAlerts(visibility: Visibility): Scope[] {
  const kinds = Object.values(KIND_FACTS).filter(
    ({ about }) => visibility.kind === 'all' || about !== 'server',
  )
  return [...new Set<Scope>(['alerts:read', ...kinds.map(({ needs }) => needs)])]
}

function isOneOf(kinds: readonly AlertKind[]): SQL {
  return kinds.length === 0 ? sql`false` : sql`alerts.kind in ${[...kinds]}`
}

const seenMembers = (ctx: Pick<Ctx, 'actor'>) => sql`alert_members m
  join terminals on terminals.id = m.terminal_id and ${visibleTerminals(ctx)} where m.alert_id = alerts.id`

const hasSeenMember = (ctx: Pick<Ctx, 'actor'>) => sql`exists (select from ${seenMembers(ctx)})`

/** How many terminals an alert is about as far as the caller sees them, and was at the most. */
export function seenCounts(ctx: Pick<Ctx, 'actor'>): { count: SQL<number>; peak: SQL<number> } {
  if (visibilityOf(ctx.actor).kind === 'all') return { count: sql`alerts.count`, peak: sql`alerts.peak` }
  const ofMany = (own: SQL, of: SQL) =>
    sql<number>`case when alerts.subject_kind = 'terminals' then (select count(*)::int from ${of}) else ${own} end`
  return {
    count: ofMany(sql`alerts.count`, sql`${seenMembers(ctx)} and m.left_at is null`),
    peak: ofMany(sql`alerts.peak`, seenMembers(ctx)),
  }
}
