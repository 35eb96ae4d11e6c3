import { z } from 'zod'
import { PAGE_LIMIT } from '../../../core/paging'
import { HANDOUT_FORMATS, HANDOUT_KINDS } from '../handouts/lists'
import { TIME_MARKS } from '../ingest/lists'
import { Slip } from '../ingest/schemas'
import { SlipFilter, SlipView } from '../search/schemas'

/** What programs may leave out of the sequence. */
export const PullFilter = SlipFilter.pick({
  tid: true,
  mid: true,
  terminalId: true,
  merchantId: true,
  currency: true,
  type: true,
  result: true,
  scheme: true,
})
export type PullFilter = z.output<typeof PullFilter>

/** A filter that is not known is refused: a program that was answered everything would take it for what it asked for. */
export const PullSlipsInput = z.strictObject({
  ...PullFilter.shape,
  after: z
    .string()
    .max(500)
    .optional()
    .describe('nextCursor of the page before; from the beginning without it.'),
  limit: z.number().int().min(1).max(PAGE_LIMIT.max).default(PAGE_LIMIT.max),
})

/** The slip as it came, and what the server knows of it. */
export const ExportedSlip = Slip.extend({
  slipUid: z.string(),
  id: z.uuid(),
  seq: z.number().int(),
  terminalId: z.uuid(),
  serial: z.string().nullable(),
  merchantId: z.uuid().nullable(),
  filedAt: z.string(),
  receivedAt: z.string(),
  timeMark: z.enum(TIME_MARKS).nullable(),
  hadPan: z.boolean(),
  hasOtherTid: z.boolean(),
  isArchived: z.boolean(),
})
export type ExportedSlip = z.infer<typeof ExportedSlip>

export const ExportedPage = z.object({
  items: z.array(ExportedSlip),
  nextCursor: z.string().describe('Where to go on, now or later; also where there is nothing new.'),
  hasMore: z
    .boolean()
    .describe(
      'False: every slip acknowledged before this request that the filter lets through has been listed.',
    ),
})
export type ExportedPage = z.infer<typeof ExportedPage>

export const SlipRef = z.object({ slipId: z.uuid() })
export const TakeSlipInput = SlipRef.extend({ format: z.enum(HANDOUT_FORMATS) })

export const SlipEvent = z.object({
  kind: z
    .enum(['received', 'archived', ...HANDOUT_KINDS])
    .describe(
      'pulled: read over the API. downloaded: saved as a file. notified: a webhook that told of it was answered.',
    ),
  at: z.string().describe('Of what was handed out: right to the minute.'),
  by: z
    .string()
    .nullable()
    .describe('The terminal that handed it over; the operator, key or webhook that it was handed out to.'),
  format: z.enum(HANDOUT_FORMATS).nullable().describe('As what it was downloaded.'),
})
export type SlipEvent = z.infer<typeof SlipEvent>

export const SlipDetails = SlipView.extend({
  slip: Slip,
  contentDigest: z.string(),
  seq: z.number().int(),
  history: z.array(SlipEvent),
  /** Of the same terminal. */
  previousId: z.uuid().nullable(),
  nextId: z.uuid().nullable(),
})
export type SlipDetails = z.infer<typeof SlipDetails>
