import { z } from 'zod'
import { pageInput, pageOf } from '../../../core/paging'
import { IssuedCode, Platform, RegisterTerminalInput, Serial } from '../../terminals/schemas'
import { SWAP_WARNINGS } from '../lists'

/** The terminal that takes over: one of the registry, or one that is registered by the swap. */
const Replacement = z.union([
  z.strictObject({ terminalId: z.uuid() }),
  z.strictObject({
    serial: Serial,
    platform: Platform.optional().describe('Of one that is not registered; without: that of the old one.'),
    model: RegisterTerminalInput.shape.model.describe('Likewise.'),
  }),
])

export const PreviewSwapInput = z.object({ oldTerminalId: z.uuid(), replacement: Replacement })
export const SwapInput = PreviewSwapInput.extend({
  reason: z.string().trim().max(500).default(''),
  isOtherPlatformMeant: z
    .boolean()
    .default(false)
    .describe('Confirms that the new one is of another platform; without it that is refused.'),
  issueCode: z
    .boolean()
    .default(true)
    .describe('Makes an enrolment code where the new one has to enrol yet. Needs `terminals:enroll` too.'),
})
export const SwapRef = z.object({ swapId: z.uuid() })
export const ListSwapsInput = z.object({
  ...pageInput,
  terminalId: z
    .uuid()
    .optional()
    .describe('Only swaps in which this terminal was the old one or the new one.'),
})

const count = z.number().int()
const Licence = z.object({
  id: z.uuid(),
  licId: z.string(),
  product: z.string(),
  validUntil: z.iso.datetime().nullable(),
})
const Side = z.object({
  terminalId: z.uuid().nullable().describe('Null: not registered yet.'),
  serial: z.string(),
  platform: z.string(),
  model: z.string(),
  state: z.string(),
  licences: z.array(Licence).nullable().describe('Null: the caller may not see licences.'),
})

export const SwapPreview = z.object({
  old: Side,
  new: Side,
  moves: z
    .object({
      tids: z.array(z.object({ acquirer: z.string(), tid: z.string(), mid: z.string() })),
      merchantId: z.uuid().nullable(),
      groups: count,
      address: z.string(),
      checkInIntervalSeconds: count.nullable(),
      timeZone: z.string().nullable(),
      mayRedirect: z.boolean(),
    })
    .describe('What the new one is given.'),
  rules: z
    .array(z.object({ ruleId: z.uuid(), name: z.string() }))
    .describe('Update rules that it takes over.'),
  missingProducts: z
    .array(z.string())
    .nullable()
    .describe('Products that the old one has a licence of and the new one has not.'),
  needsEnrolment: z.boolean(),
  warnings: z.array(z.enum(SWAP_WARNINGS)),
})

export const SwapView = z.object({
  id: z.uuid(),
  old: z.object({ terminalId: z.uuid(), serial: z.string() }),
  new: z.object({ terminalId: z.uuid(), serial: z.string() }),
  reason: z.string(),
  byName: z.string(),
  at: z.iso.datetime(),
  undoUntil: z.iso.datetime(),
  undoneAt: z.iso.datetime().nullable(),
  retireAt: z.iso.datetime().nullable().describe('When the old one is retired by itself.'),
  retiredAt: z.iso.datetime().nullable(),
  keysRequested: z.boolean().describe('The keys of the new one have to be loaded anew.'),
})
export type SwapView = z.infer<typeof SwapView>
export const SwapPage = pageOf(SwapView)
export const SwapResult = SwapView.extend({
  warnings: z.array(z.enum(SWAP_WARNINGS)),
  missingProducts: z.array(z.string()).nullable(),
  enrollment: IssuedCode.nullable(),
})
