import { z } from 'zod'
import { SLIP_RESULTS, SLIP_TYPES } from '../ingest/lists'

export const SlipSum = z.object({
  currency: z.string(),
  type: z.enum(SLIP_TYPES),
  result: z.enum(SLIP_RESULTS),
  count: z.number().int(),
  amount: z.number().describe('In minor units of the currency.'),
})
export type SlipSum = z.infer<typeof SlipSum>
