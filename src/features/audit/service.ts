import { z } from 'zod'
import { decodeCursor, toPage } from '../../core/paging'
import { query } from '../../core/verb'
import { auditEntryNotFound } from './errors'
import { type AuditRow, findAuditEntries } from './find'
import { type AuditEntry, AuditEntryRef, ListAuditInput } from './schemas'

const Position = z.tuple([z.number().int()])

/** The audit log, newest first; callers with limits see what they did themselves. */
export const listAuditEntries = query(
  { permission: 'audit:read', input: ListAuditInput },
  async (ctx, { cursor, limit, ...filter }) => {
    const below = cursor === undefined ? undefined : decodeCursor(cursor, Position)[0]
    const rows = await findAuditEntries(ctx, filter, { below, limit: limit + 1 })
    return toPage(rows, limit, (row) => [row.seq], toView)
  },
)

/** `audit_entry_not_found`, also of what somebody else did where the caller has limits. */
export const getAuditEntry = query(
  { permission: 'audit:read', input: AuditEntryRef },
  async (ctx, { seq }): Promise<AuditEntry> => {
    const [row] = await findAuditEntries(ctx, {}, { seq, limit: 1 })
    if (row === undefined) throw auditEntryNotFound()
    return toView(row)
  },
)

function toView(row: AuditRow): AuditEntry {
  return {
    seq: row.seq,
    at: row.at.toISOString(),
    actor: { kind: row.actorKind, id: row.actorId, name: row.actorName },
    action: row.action,
    subject: { kind: row.subjectKind, id: row.subjectId, label: row.subjectLabel },
    changes: row.changes,
    requestId: row.requestId,
    address: row.address,
  }
}
