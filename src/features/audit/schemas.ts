import { z } from 'zod'
import { LANGUAGES } from '../../core/languages'
import { SearchedMoment } from '../../core/moment'
import { pageInput, pageOf } from '../../core/paging'
import { CHAIN_PROBLEMS } from './lists'

/** What entries are chosen by; all of it must hold. */
export const AuditFilter = z.object({
  from: SearchedMoment.optional().describe('This moment and later.'),
  to: SearchedMoment.optional().describe('Before this moment.'),
  subjectKind: z.string().max(50).optional(),
  subjectId: z.string().max(100).optional(),
  subject: z.string().trim().max(200).optional().describe('Beginning of what a person calls the subject.'),
  actorId: z.uuid().optional(),
  action: z.string().max(100).optional().describe('Exact name, such as terminal.suspended.'),
  requestId: z.string().trim().max(100).optional().describe('All entries of one request.'),
})
export type AuditFilter = z.output<typeof AuditFilter>

export const ListAuditInput = z.object({ ...AuditFilter.shape, ...pageInput })

/** `csv` for spreadsheets, `jsonl` for programs: a line of JSON for each entry. */
export const AUDIT_FORMATS = ['csv', 'jsonl'] as const
export const ExportAuditInput = z.strictObject({
  ...AuditFilter.shape,
  format: z.enum(AUDIT_FORMATS),
  lang: z.enum(LANGUAGES).default('en'),
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

export const AuditEntryRef = z.object({ seq: z.int().min(1) })

export const AuditPage = pageOf(AuditEntryView)
export type AuditEntry = z.infer<typeof AuditEntryView>

const ANCHOR = /^\s*[1-9]\d{0,15}:[0-9a-p]{64}\s*$/

export const VerifyAuditInput = z.object({
  cursor: pageInput.cursor.describe('Where the call before ended: its nextCursor.'),
  head: z
    .string()
    .max(100)
    .regex(ANCHOR, "a head is SEQ:HASH, as the server's log and a verification tell it")
    .optional()
    .describe(
      "Where the chain is known to have ended once, as SEQ:HASH: out of the server's log (`audit_anchor`), or of a verification before.",
    ),
})

export const AuditHead = z.object({
  seq: z.number().int().describe('Of the newest entry; 0 where there is none.'),
  count: z.number().int().describe('Entries in all.'),
  hash: z.string().describe('SHA-256 of the newest entry, in hexadecimal.'),
})

export const AuditVerification = z.object({
  checked: z.number().int().describe('Entries that this call found sound.'),
  checkedInAll: z.number().int().describe('The same of all calls up to this one.'),
  nextCursor: z.string().nullable().describe('Null: the whole chain was looked at, or it is broken.'),
  problem: z
    .object({
      seq: z.number().int().describe('The first entry that is not as it was written.'),
      problem: z.enum(CHAIN_PROBLEMS),
      after: z.number().int().describe('Up to this entry the chain is sound.'),
    })
    .nullable(),
  head: AuditHead,
})
export type AuditVerification = z.infer<typeof AuditVerification>
