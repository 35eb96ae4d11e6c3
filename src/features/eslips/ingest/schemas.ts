import { z } from 'zod'
import { SLIP_RESULTS, SLIP_TYPES } from './lists'

/**
 * A merchant's slip on the wire (contract, "What a terminal hands over"). Names and formats follow ISO 8583 (DE 3, 4,
 * 11, 37, 38, 39, 41, 42) and EMV 4.3 book 3. Unknown fields are dropped. Browser-safe.
 */
const short = z.string().max(32)
const name = z.string().max(300)
/** In minor units. More is no amount, and sums of many would not fit. */
const MOST_AMOUNT = 10 ** 13 - 1
const amount = z.number().int().min(0).max(MOST_AMOUNT)
const currency = z.string().regex(/^[A-Z]{3}$/, 'an alphabetic code of ISO 4217, such as RUB')

/** What the printer got, line by line: the evidence itself. */
const lines = z.array(z.string().max(300)).max(300)

export const Slip = z.object({
  slipUid: z
    .string()
    .regex(/^[A-Za-z0-9._:-]{1,64}$/, '1 to 64 letters, digits or . _ : -')
    .optional()
    .describe(
      'Unique for the terminal, best a UUID. Without it the slip is told from others by its content.',
    ),
  type: z.enum(SLIP_TYPES),
  result: z.enum(SLIP_RESULTS),
  amount: amount.describe('In minor units of the currency.'),
  currency,
  localDateTime: z
    .string()
    .regex(
      /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?$/i,
      'a time such as 2026-11-23T10:00:00+03:00',
    )
    .describe("The terminal's clock. A time that cannot be right is kept and marked."),
  tid: short.optional(),
  mid: short.optional(),
  rrn: short.optional(),
  stan: short.optional(),
  authCode: short.optional(),
  responseCode: short.optional(),
  receiptNo: short.optional(),
  batchNo: short.optional(),
  shiftNo: short.optional(),
  orderId: z.string().max(64).optional(),
  mcc: short.optional(),
  pan: z
    .object({
      first6: z
        .string()
        .regex(/^\d{6}$/, '6 digits')
        .optional(),
      last4: z
        .string()
        .regex(/^\d{4}$/, '4 digits')
        .optional(),
      length: z.number().int().min(8).max(19).optional(),
    })
    .optional(),
  scheme: short.optional().describe('mir, visa, mastercard, unionpay, …; kept in lower case.'),
  entryMode: short.optional(),
  cvm: short.optional(),
  signature: short.optional(),
  amounts: z
    .object({ tip: amount, cashback: amount, fee: amount, surcharge: amount, original: amount })
    .partial()
    .optional(),
  emv: z
    .object({
      aid: short,
      label: short,
      preferredName: short,
      tvr: short,
      tsi: short,
      ac: short,
      acType: short,
      atc: short,
      un: short,
      iad: z.string().max(64),
      panSeq: short,
    })
    .partial()
    .optional(),
  merchant: z
    .object({ name, address: name, city: name, country: z.string().max(3) })
    .partial()
    .optional(),
  original: z
    .object({ rrn: short, stan: short, receiptNo: short })
    .partial()
    .optional()
    .describe('Of a refund or reversal: what it takes back.'),
  totals: z
    .array(z.object({ type: z.enum(SLIP_TYPES), currency, count: amount, amount }))
    .max(50)
    .optional()
    .describe('Of a settlement.'),
  text: z.object({ merchant: lines, customer: lines }).partial().optional(),
})
export type Slip = z.infer<typeof Slip>

export const HandOverAnswer = z.object({
  results: z.array(
    z.object({
      index: z.number().int(),
      slipUid: z.string().nullable().describe('As sent; made of the content where none was.'),
      status: z.enum(['stored', 'duplicate', 'rejected']),
      code: z.enum(['slip_conflict', 'slip_invalid']).optional(),
      detail: z.string().optional().describe('For who builds the terminal; never to be decided by.'),
    }),
  ),
})
export type HandOverResult = z.infer<typeof HandOverAnswer>['results'][number]
