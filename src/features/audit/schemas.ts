import { z } from 'zod'
import { pageInput, pageOf } from '../../core/paging'

export const ListAuditInput = z.object({
  ...pageInput,
  subjectKind: z.string().max(50).optional(),
  subjectId: z.string().max(100).optional(),
  actorId: z.uuid().optional(),
  action: z.string().max(100).optional().describe('Exact name, such as terminal.suspended.'),
})

export const AuditEntryView = z.object({
  seq: z.number().int(),
  at: z.iso.datetime(),
  actor: z.object({ kind: z.string(), id: z.uuid().nullable(), name: z.string() }),
  action: z.string(),
  subject: z.object({ kind: z.string(), id: z.string(), label: z.string() }),
  changes: z.record(z.string(), z.object({ before: z.unknown(), after: z.unknown() })),
  requestId: z.string(),
  address: z.string().nullable().describe('Where they called from.'),
})

export const AuditPage = pageOf(AuditEntryView)
export type AuditEntry = z.infer<typeof AuditEntryView>
