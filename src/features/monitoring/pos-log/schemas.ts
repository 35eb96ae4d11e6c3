import { z } from 'zod'
import { SearchedMoment } from '../../../core/moment'
import { pageInput, pageOf } from '../../../core/paging'

/** In any zone; in UTC from here on. */
const name = z.string().trim().min(1).max(64)
const status = z.number().int().min(100).max(599)

/** What entries are chosen by; all of it must hold. */
export const PosLogFilter = z.object({
  from: SearchedMoment.optional().describe('This moment and later; of a run its first request counts.'),
  to: SearchedMoment.optional().describe('Before this moment.'),
  terminalId: z.uuid().optional(),
  serial: name.optional().describe('Serial number of the terminal.'),
  tid: name.optional().describe('Of the terminals that have this TID now.'),
  kind: name.optional().describe("The message's name in the terminal protocol, or unknown."),
  status: status.optional(),
  statusFrom: status.optional().describe('This status and above: 400 finds what was refused.'),
  code: name.optional().describe('Of the problem, such as invalid_message.'),
})
export type PosLogFilter = z.output<typeof PosLogFilter>

export const ListPosLogInput = z.strictObject({ ...PosLogFilter.shape, ...pageInput })

export const PosLogEntry = z.object({
  entryId: z.string(),
  at: z.string(),
  lastAt: z.string().describe('Of the last request of a run; the same as `at` where there was one.'),
  count: z.number().int().describe('Requests that followed one another and were answered alike.'),
  terminalId: z.uuid(),
  serial: z.string().nullable(),
  kind: z.string(),
  items: z.number().int().nullable().describe('How many things were handed over: slips.'),
  about: z.string().nullable().describe('A state, an id, the kinds of actions that were answered.'),
  status: z.number().int(),
  code: z.string().nullable(),
  requestBytes: z.number().int(),
  answerBytes: z.number().int(),
  durationMs: z.number().int().describe('Of a run the longest.'),
  address: z.string(),
  isBrokenOff: z.boolean().describe('The answer did not leave as a whole.'),
  hasBodies: z.boolean(),
})
export type PosLogEntry = z.infer<typeof PosLogEntry>

export const PosLogGap = z.object({
  from: z.string(),
  to: z.string(),
  dropped: z.number().int().nullable().describe('Requests that are missing; null for callers with limits.'),
})
export type PosLogGap = z.infer<typeof PosLogGap>

export const PosLogPage = pageOf(PosLogEntry).extend({
  gaps: z
    .array(PosLogGap)
    .describe('Where within this page requests were answered and not written down, of whatever terminals.'),
  searchedTo: z
    .string()
    .nullable()
    .describe('Where the page is short and has a cursor: down to which moment was looked so far.'),
})
export type PosLogPage = z.infer<typeof PosLogPage>

export const PosLogEntryRef = z.object({ entryId: z.string().min(1).max(40) })

export const PosLogDetails = PosLogEntry.extend({
  requestId: z
    .string()
    .describe(
      'X-Request-Id of the answer; of a run that of its first. Empty, as is the address, where the server was busy and the requests were only counted.',
    ),
  requestBody: z.string().nullable().describe('JSON, redacted; ends with … where it was longer.'),
  answerBody: z.string().nullable(),
})
export type PosLogDetails = z.infer<typeof PosLogDetails>

export const PosLogSummaryInput = z.strictObject({
  terminalId: z.uuid(),
  from: SearchedMoment.optional(),
  to: SearchedMoment.optional(),
})

export const PosLogSummary = z.object({
  groups: z.array(
    z.object({
      kind: z.string(),
      status: z.number().int(),
      code: z.string().nullable(),
      count: z.number().int(),
      firstAt: z.string(),
      lastAt: z.string(),
    }),
  ),
  isWhole: z.boolean().describe('False where the terminal has more entries than are counted.'),
})
export type PosLogSummary = z.infer<typeof PosLogSummary>

/** What is shown as it comes: the filter of the list, without an end. */
export const WatchPosLogInput = z.strictObject(PosLogFilter.omit({ from: true, to: true }).shape)
