import { and, desc, eq, lt, type SQL } from 'drizzle-orm'
import { z } from 'zod'
import { type Ctx, visibilityOf } from '../../core/context'
import { decodeCursor, toPage } from '../../core/paging'
import { query } from '../../core/verb'
import { ListAuditInput } from './schemas'
import { auditEntries } from './tables'

const Position = z.tuple([z.number().int()])

/** The audit log, newest first. Callers with limits see what they did themselves: other entries name what they may not. */
export const listAuditEntries = query(
  { permission: 'audit:read', input: ListAuditInput },
  async (ctx, input) => {
    const conditions: (SQL | undefined)[] = [
      ownIfLimited(ctx),
      input.subjectKind === undefined ? undefined : eq(auditEntries.subjectKind, input.subjectKind),
      input.subjectId === undefined ? undefined : eq(auditEntries.subjectId, input.subjectId),
      input.actorId === undefined ? undefined : eq(auditEntries.actorId, input.actorId),
      input.action === undefined ? undefined : eq(auditEntries.action, input.action),
    ]
    if (input.cursor !== undefined)
      conditions.push(lt(auditEntries.seq, decodeCursor(input.cursor, Position)[0]))
    const rows = await ctx.db
      .select()
      .from(auditEntries)
      .where(and(...conditions))
      .orderBy(desc(auditEntries.seq))
      .limit(input.limit + 1)
    return toPage(
      rows,
      input.limit,
      (row) => [row.seq],
      (row) => ({
        seq: row.seq,
        at: row.at.toISOString(),
        actor: { kind: row.actorKind, id: row.actorId, name: row.actorName },
        action: row.action,
        subject: { kind: row.subjectKind, id: row.subjectId, label: row.subjectLabel },
        changes: row.changes,
        requestId: row.requestId,
        address: row.address,
      }),
    )
  },
)

function ownIfLimited({ actor }: Ctx): SQL | undefined {
  if (visibilityOf(actor).kind === 'all') return undefined
  return actor.kind === 'job' ? undefined : eq(auditEntries.actorId, actor.id)
}
