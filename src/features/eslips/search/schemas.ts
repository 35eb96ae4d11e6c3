import { z } from 'zod'
import { SearchedMoment } from '../../../core/moment'
import { pageInput, pageOf } from '../../../core/paging'
import { SLIP_RESULTS, SLIP_TYPES, TIME_MARKS } from '../ingest/lists'

const exact = z.string().trim().min(1).max(64)
/** In any zone; in UTC from here on. */
const amount = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER)

/** What slips are chosen by; all of it must hold. Times are those they are filed under. */
export const SlipFilter = z.object({
  from: SearchedMoment.optional().describe('This moment and later.'),
  to: SearchedMoment.optional().describe('Before this moment.'),
  tid: exact.optional(),
  mid: exact.optional(),
  terminalId: z.uuid().optional(),
  merchantId: z.uuid().optional().describe("The terminal's merchant when the slip came."),
  amountFrom: amount.optional().describe('In minor units.'),
  amountTo: amount.optional(),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/)
    .optional(),
  type: z.enum(SLIP_TYPES).optional(),
  result: z.enum(SLIP_RESULTS).optional(),
  rrn: exact.optional(),
  authCode: exact.optional(),
  receiptNo: exact.optional(),
  last4: z
    .string()
    .regex(/^\d{4}$/)
    .optional(),
  scheme: exact.toLowerCase().optional(),
  hadPan: z.boolean().optional().describe('Whether a whole card number was cut.'),
  timeMark: z.enum(TIME_MARKS).optional(),
})
export type SlipFilter = z.output<typeof SlipFilter>

/** A filter that is not known is refused: whoever mistypes one would take everything for what was asked for. */
export const SearchSlipsInput = z.strictObject({ ...SlipFilter.shape, ...pageInput })

export const SlipView = z.object({
  id: z.uuid(),
  slipUid: z.string(),
  filedAt: z.string(),
  receivedAt: z.string(),
  localDateTime: z.string(),
  timeMark: z.enum(TIME_MARKS).nullable(),
  terminalId: z.uuid(),
  serial: z.string().nullable(),
  merchantId: z.uuid().nullable(),
  merchantName: z.string().nullable(),
  tid: z.string().nullable(),
  mid: z.string().nullable(),
  type: z.enum(SLIP_TYPES),
  result: z.enum(SLIP_RESULTS),
  amount: z.number().int(),
  currency: z.string(),
  rrn: z.string().nullable(),
  authCode: z.string().nullable(),
  receiptNo: z.string().nullable(),
  last4: z.string().nullable(),
  scheme: z.string().nullable(),
  hadPan: z.boolean(),
  hasOtherTid: z.boolean(),
  isArchived: z.boolean(),
})
export type SlipView = z.infer<typeof SlipView>

export const SlipPage = pageOf(SlipView).extend({
  searchedTo: z
    .string()
    .nullable()
    .describe('Where the page is short and has a cursor: down to which moment was looked so far.'),
})
export type SlipPage = z.infer<typeof SlipPage>

export const TOTALS_MOST_DAYS = 31
const DAY_MS = 86_400_000

export const SlipTotalsInput = z
  .strictObject(SlipFilter.required({ from: true, to: true }).shape)
  .refine(({ from, to }) => Date.parse(to) - Date.parse(from) <= TOTALS_MOST_DAYS * DAY_MS, {
    path: ['to'],
    message: `at most ${TOTALS_MOST_DAYS} days after from`,
  })

export const SlipTotals = z.object({
  groups: z.array(
    z.object({
      currency: z.string(),
      type: z.enum(SLIP_TYPES),
      result: z.enum(SLIP_RESULTS),
      count: z.number().int(),
      amount: z.number(),
    }),
  ),
  isWhole: z.boolean().describe('False where more fit than are counted one by one.'),
})
export type SlipTotals = z.infer<typeof SlipTotals>
