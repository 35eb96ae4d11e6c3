import { z } from 'zod'
import { LANGUAGES } from '../../../core/languages'
import { COPIES } from '../ingest/lists'
import { SlipFilter } from '../search/schemas'
import { RECEIPT_FORMATS } from './lists'

const lang = z.enum(LANGUAGES).default('en')
const copy = z.enum(COPIES).default('merchant')

/** As texts: what an address can carry. */
const amount = z
  .string()
  .regex(/^\d{1,16}$/, 'a whole number of minor units')
  .transform(Number)
const Filter = z.strictObject({
  ...SlipFilter.shape,
  amountFrom: amount.pipe(SlipFilter.shape.amountFrom.unwrap()).optional(),
  amountTo: amount.pipe(SlipFilter.shape.amountTo.unwrap()).optional(),
  hadPan: z
    .enum(['true', 'false'])
    .transform((text) => text === 'true')
    .optional(),
})

export const ReceiptQuery = z.strictObject({ copy, lang })
export const CsvQuery = Filter.extend({ lang })
export const ZipQuery = Filter.extend({ lang, copy, format: z.enum(RECEIPT_FORMATS).default('txt') })
