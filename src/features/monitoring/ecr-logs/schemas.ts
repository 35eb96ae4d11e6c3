import { z } from 'zod'
import { SearchedMoment } from '../../../core/moment'
import { pageInput, pageOf } from '../../../core/paging'
import { CHARSETS, DIRECTIONS, MOST_CHOSEN_LOGS, MOST_ROWS, REQUEST_OUTCOMES } from './lists'

const exact = z.string().trim().min(1).max(64)
/** In any zone; in UTC from here on. */
const bytes = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER)

/** What logs are chosen by; all of it must hold. What is not known is refused. */
export const EcrLogFilter = z.strictObject({
  terminalId: z.uuid().optional(),
  search: exact.optional().describe('Start of a serial number or TID.'),
  tid: exact.optional(),
  from: SearchedMoment.optional().describe('Logs that reach to this moment or beyond it.'),
  to: SearchedMoment.optional().describe('Logs that begin before this moment.'),
  minBytes: bytes.optional().describe('Of the text.'),
  maxBytes: bytes.optional(),
  hasCardNumbers: z.boolean().optional().describe('Whether card numbers were cut out of it.'),
})
export type EcrLogFilter = z.output<typeof EcrLogFilter>

/** What goes into a ZIP: logs that are named, or all that a filter finds; where both are said, those that fit both. */
export const EcrLogChoice = EcrLogFilter.extend({
  logIds: z.array(z.uuid()).min(1).max(MOST_CHOSEN_LOGS).optional(),
})
export type EcrLogChoice = z.output<typeof EcrLogChoice>

export const ListEcrLogsInput = EcrLogFilter.extend(pageInput)
export const EcrLogRef = z.object({ logId: z.uuid() })

export const EcrLogView = z.object({
  id: z.uuid(),
  terminalId: z.uuid(),
  serial: z.string(),
  tids: z.array(z.string()),
  name: z.string(),
  version: z.number().int(),
  charset: z.enum(CHARSETS).describe('In which it came; it is kept in UTF-8.'),
  sizeBytes: z.number().int(),
  receivedBytes: z.number().int(),
  rows: z.number().int(),
  cardNumbers: z.number().int().describe('Card numbers that were cut out.'),
  firstTime: z.string().nullable().describe("The first time in it, by the terminal's clock."),
  lastTime: z.string().nullable(),
  from: z.iso.datetime().nullable().describe('Its period, as the terminal says.'),
  to: z.iso.datetime().nullable(),
  receivedAt: z.iso.datetime(),
})
export type EcrLogView = z.infer<typeof EcrLogView>

export const EcrLogPage = pageOf(EcrLogView).extend({
  searchedTo: z.iso
    .datetime()
    .nullable()
    .describe('Where the page is short and has a cursor: down to which time of receipt was looked so far.'),
})
export type EcrLogPage = z.infer<typeof EcrLogPage>

const row = z.number().int().min(0).max(2_147_483_647)

export const ReadEcrLogInput = EcrLogRef.extend({
  from: row.optional().describe('The first row wanted; without it the last ones are given.'),
  count: z.number().int().min(1).max(MOST_ROWS).default(200),
})

export const EcrLogRow = z.object({
  row: z.number().int(),
  text: z.string().describe('One line, or a part of one that is longer than 4 KiB.'),
  time: z.string().nullable(),
  direction: z.enum(DIRECTIONS).nullable(),
})
export type EcrLogRow = z.infer<typeof EcrLogRow>
export const EcrLogRows = z.object({ rows: z.number().int(), items: z.array(EcrLogRow) })

export const SearchEcrLogInput = EcrLogRef.extend({
  text: z.string().min(2).max(200).describe('Wherever it stands in a row, in small or capital letters.'),
  from: row.default(0).describe('The first row that is looked at.'),
  limit: z.number().int().min(1).max(200).default(100),
})
export const EcrLogMatches = z.object({
  items: z.array(EcrLogRow),
  next: z
    .number()
    .int()
    .nullable()
    .describe('The row to go on from; null where all has been looked at. So much is looked at in one go.'),
})

export const FindEcrLogTimeInput = EcrLogRef.extend({
  time: z
    .string()
    .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?$/, 'must look like 2026-11-27T10:00:00')
    .describe("By the terminal's clock."),
})
export const EcrLogPlace = z.object({ row: z.number().int().nullable() })

export const RequestEcrLogInput = z
  .strictObject({ terminalId: z.uuid(), from: SearchedMoment, to: SearchedMoment })
  .refine(({ from, to }) => Date.parse(from) < Date.parse(to), {
    path: ['to'],
    message: 'must be after from',
  })
export const EcrLogRequestRef = z.object({ requestId: z.uuid() })
export const ListEcrLogRequestsInput = z.strictObject({ terminalId: z.uuid().optional(), ...pageInput })

export const EcrLogRequestView = z.object({
  id: z.uuid(),
  terminalId: z.uuid(),
  serial: z.string(),
  from: z.iso.datetime(),
  to: z.iso.datetime(),
  requestedBy: z.string(),
  requestedAt: z.iso.datetime(),
  endedAt: z.iso.datetime().nullable(),
  outcome: z.enum(REQUEST_OUTCOMES).nullable().describe('Null while it is open.'),
  logId: z.uuid().nullable().describe('The log that came for it, as long as that is kept.'),
  failures: z.number().int().describe('How often the terminal said that it could not.'),
  retryAt: z.iso.datetime().nullable().describe('Until then it is not told again.'),
  reason: z.string().nullable().describe('Of the last failure, as results of actions say it.'),
  vendorCode: z.string().nullable(),
  message: z.string().nullable(),
})
export type EcrLogRequestView = z.infer<typeof EcrLogRequestView>
export const EcrLogRequestPage = pageOf(EcrLogRequestView)
