import { z } from 'zod'
import { pageInput, pageOf } from '../../../core/paging'
import { SLIP_RESULTS, SLIP_TYPES } from '../ingest/lists'
import { CHAIN_PROBLEMS } from './lists'

export const SlipSum = z.object({
  currency: z.string(),
  type: z.enum(SLIP_TYPES),
  result: z.enum(SLIP_RESULTS),
  count: z.number().int(),
  amount: z.number().describe('In minor units of the currency.'),
})
export type SlipSum = z.infer<typeof SlipSum>

export const ArchivePageInput = z.object(pageInput)

export const ArchiveView = z.object({
  number: z.number().int().describe('Its place in the chain: 1, 2, 3 … without gaps.'),
  day: z.string().describe('The day (UTC) whose slips it has.'),
  rows: z.number().int(),
  sizeBytes: z.number().int(),
  sha256: z.string().describe('Of the file.'),
  minSeq: z.number().int(),
  maxSeq: z.number().int(),
  minFiledAt: z.string(),
  maxFiledAt: z.string(),
  totals: z.array(SlipSum),
  writtenAt: z.string(),
  previousHash: z.string(),
  hash: z.string().describe('Of its manifest, which names the hash of the one before.'),
  isHeld: z.boolean().describe('A hold keeps it from being deleted.'),
  deletedAt: z
    .string()
    .nullable()
    .describe('When its slips were deleted for good; its place in the chain stays.'),
})
export type ArchiveView = z.infer<typeof ArchiveView>
export const ArchivePage = pageOf(ArchiveView)

export const ArchiveNumber = z.object({ number: z.coerce.number().int().min(1).max(2_147_483_647) })

export const VERIFY_LIMIT = { default: 20, max: 200 } as const

export const VerifyInput = z.object({
  after: z.coerce
    .number()
    .int()
    .min(0)
    .max(2_147_483_647)
    .default(0)
    .describe('Goes on after this number: nextAfter.'),
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(VERIFY_LIMIT.max)
    .default(VERIFY_LIMIT.default)
    .describe('Archives at most; large ones make it fewer.'),
})

export const Verification = z.object({
  checked: z.number().int(),
  sizeBytes: z.number().int().describe('Bytes of files that were read to their end.'),
  problems: z.array(z.object({ number: z.number().int(), day: z.string(), problem: z.enum(CHAIN_PROBLEMS) })),
  nextAfter: z.number().int().nullable().describe('Null: the end of the chain was reached.'),
  head: z
    .object({ number: z.number().int(), hash: z.string() })
    .nullable()
    .describe(
      'The newest of the chain. Noted elsewhere, it proves later that nothing before it was exchanged.',
    ),
})
export type Verification = z.infer<typeof Verification>

const day = z.iso.date()

export const HoldInput = z
  .object({
    merchantId: z.uuid().optional().describe('Archives with slips of this merchant; of all where left out.'),
    fromDay: day.optional().describe('From this day (UTC) on.'),
    toDay: day.optional().describe('To this day (UTC), included.'),
    reason: z.string().trim().min(1).max(500),
  })
  .refine(({ merchantId, fromDay, toDay }) => (merchantId ?? fromDay ?? toDay) !== undefined, {
    path: ['merchantId'],
    message: 'a merchant or a day is needed',
  })
  .refine(({ fromDay, toDay }) => fromDay === undefined || toDay === undefined || fromDay <= toDay, {
    path: ['toDay'],
    message: 'lies before fromDay',
  })

export const HoldPageInput = z.object({
  ...pageInput,
  isOpen: z.boolean().optional().describe('Only those that hold, or only those that were released.'),
})
export const HoldRef = z.object({ holdId: z.uuid() })

export const HoldView = z.object({
  id: z.uuid(),
  merchantId: z.uuid().nullable(),
  merchantName: z.string().nullable(),
  fromDay: z.string().nullable(),
  toDay: z.string().nullable(),
  reason: z.string(),
  createdBy: z.string(),
  createdAt: z.string(),
  releasedBy: z.string().nullable(),
  releasedAt: z.string().nullable(),
})
export type HoldView = z.infer<typeof HoldView>
export const HoldPage = pageOf(HoldView)
