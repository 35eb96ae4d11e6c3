import { and, desc, eq, gte, lt, ne, or, type SQL, sql } from 'drizzle-orm'
import { type Ctx, visibilityOf } from '../../core/context'
import { escapeLike } from '../../core/like'
import type { AuditFilter } from './schemas'
import { auditEntries } from './tables'

/** The entries of a filter that the caller sees, newest first, below a number; or the one of a number. */
export function findAuditEntries(
  ctx: Pick<Ctx, 'db' | 'actor'>,
  filter: AuditFilter,
  page: { seq?: number; below?: number | undefined; limit: number },
) {
  return ctx.db
    .select()
    .from(auditEntries)
    .where(
      and(
        ...conditionsFor(ctx, filter),
        page.seq === undefined ? undefined : eq(auditEntries.seq, page.seq),
        page.below === undefined ? undefined : lt(auditEntries.seq, page.below),
      ),
    )
    .orderBy(desc(auditEntries.seq))
    .limit(page.limit)
}

export type AuditRow = typeof auditEntries.$inferSelect

/** What a filter asks for, of what the caller sees. */
export function conditionsFor(ctx: Pick<Ctx, 'actor'>, filter: AuditFilter): (SQL | undefined)[] {
  const { subjectKind, subjectId, subject, actorId, action, requestId, from, to } = filter
  return [
    ownIfLimited(ctx),
    subjectKind === undefined ? undefined : eq(auditEntries.subjectKind, subjectKind),
    subjectId === undefined ? undefined : eq(auditEntries.subjectId, subjectId),
    subject === undefined || subject === '' ? undefined : isNamed(subject),
    actorId === undefined ? undefined : eq(auditEntries.actorId, actorId),
    action === undefined ? undefined : eq(auditEntries.action, action),
    requestId === undefined || requestId === '' ? undefined : eq(auditEntries.requestId, requestId),
    from === undefined ? undefined : gte(auditEntries.at, new Date(from)),
    to === undefined ? undefined : lt(auditEntries.at, new Date(to)),
  ]
}

/** By the beginning of its name, as the index has it. */
function isNamed(beginning: string): SQL {
  return sql`lower(${auditEntries.subjectLabel}) collate "C" like lower(${`${escapeLike(beginning)}%`})`
}

/**
 * Callers with limits see what they did themselves: other entries name what they may not. So do those of what they were
 * refused, which say how the thing is called.
 */
function ownIfLimited({ actor }: Pick<Ctx, 'actor'>): SQL | undefined {
  if (visibilityOf(actor).kind === 'all' || actor.kind === 'job') return undefined
  const namesNothing = or(ne(auditEntries.action, 'access.refused'), eq(auditEntries.subjectKind, 'call'))
  return and(eq(auditEntries.actorId, actor.id), namesNothing)
}
