import { z } from 'zod'

/** What a terminal says of a key file. A reason that the protocol does not list is kept as it is said. */
export const KeyResult = z.object({
  state: z.enum(['installed', 'failed']),
  kcvs: z
    .array(
      z.object({
        slot: z.string().max(64),
        kcv: z.string().regex(/^[0-9A-Fa-f]{4,10}$/, '4 to 10 hexadecimal digits'),
      }),
    )
    .max(200)
    .default([])
    .describe('The check values that the terminal has calculated of the keys it loaded.'),
  reason: z
    .string()
    .trim()
    .min(1)
    .max(64)
    .optional()
    .describe('Of a failure: a reason of the list of reasons, or a word of your own.'),
})
export type KeyResult = z.infer<typeof KeyResult>
