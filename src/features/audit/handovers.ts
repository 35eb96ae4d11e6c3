import type { Burst, Ctx } from '../../core/context'
import { newId } from '../../core/ids'
import { redactText } from '../../core/redact'
import { appendAudit } from '../../core/verb'

interface Export {
  /** `pos_log_export.made`; the part before the point is the kind of its subject. */
  action: `${string}_export.made`
  fileName: string
  /** By what it was chosen, and how many it has, where that is known. */
  after: Record<string, unknown>
}

/**
 * Notes that many rows leave as one file. To be awaited before the first byte is sent: what is not in the audit log does not
 * leave. Whoever looked for a card number would have it in the log for ever: texts are cut.
 */
export async function noteExport(ctx: Ctx, { action, fileName, after }: Export): Promise<void> {
  const [kind = ''] = action.split('.')
  await appendAudit(ctx, ctx.db, {
    action,
    subject: { kind, id: newId(ctx.clock.now().getTime()), label: fileName },
    after: redacted(after) as Record<string, unknown>,
  })
}

/**
 * Notes that a caller is given something that is there for itself: a file, slips. To be awaited before the first byte is
 * sent. What the same caller fetches again within a minute, as ranges do, shares a row.
 */
export function noteHandover(ctx: Ctx, burst: Omit<Burst, 'beyond'>): Promise<void> {
  return ctx.auditBursts.note(ctx, burst)
}

function redacted(value: unknown): unknown {
  if (typeof value === 'string') return redactText(value)
  if (Array.isArray(value)) return value.map(redacted)
  if (typeof value !== 'object' || value === null || value instanceof Date) return value
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, redacted(one)]))
}
