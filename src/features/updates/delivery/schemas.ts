import { z } from 'zod'
import { OUTCOMES, REASONS, type ReasonCode } from '../rules/lists'

export const ExplainInput = z.object({ terminalId: z.uuid() })

const ReasonView = z.object({
  code: z.enum(Object.keys(REASONS) as [ReasonCode, ...ReasonCode[]]),
  values: z.record(z.string(), z.union([z.string(), z.number()])),
})

export const Explanation = z.object({
  /** When it was judged; a check-in may come to something else a moment later. */
  at: z.iso.datetime(),
  /** In the zone of the terminal are the windows of rules. */
  timeZone: z.string(),
  rules: z.array(
    z.object({
      ruleId: z.uuid(),
      name: z.string(),
      priority: z.number().int(),
      isAssigned: z.boolean(),
      outcome: z.enum(OUTCOMES),
      /** All of them, the one that weighs most first. */
      reasons: z.array(ReasonView),
      /** What is on offer, or will be. */
      packages: z.array(z.object({ id: z.uuid(), component: z.string(), version: z.string() })),
      /** When time alone may change it. */
      recheckAt: z.iso.datetime().nullable(),
    }),
  ),
  /** False where the platform has more rules than are judged here. */
  isWhole: z.boolean(),
})
export type Explanation = z.infer<typeof Explanation>
