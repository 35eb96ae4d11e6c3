import { z } from 'zod'

/**
 * What a terminal says of itself (contract, "The one poll"). Every field is optional and bounded; unknown fields are
 * dropped. Browser-safe.
 */
const short = z.string().max(64)
const name = z.string().max(128)
const hex64 = z.string().regex(/^[0-9a-fA-F]{64}$/, '64 hexadecimal digits')
const kcv = z.string().regex(/^[0-9A-Fa-f]{4,10}$/, '4 to 10 hexadecimal digits')

const reportedTid = z.object({ tid: short, mid: short.optional(), acquirer: short.optional() })

export const Status = z
  .object({
    serial: short,
    tid: short.describe('Short form of tids with one entry.'),
    tids: z.array(reportedTid).max(20),
    model: name,
    os: name,
    application: z.object({ name: name.optional(), version: short.optional() }),
    components: z.array(z.object({ name, version: short })).max(200),
    apps: z
      .array(
        z.object({
          package: z.string().max(255),
          versionCode: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER).optional(),
          versionName: name.optional(),
          signerSha256: hex64.optional(),
        }),
      )
      .max(500),
    licenses: z.array(z.object({ licId: name, sha256: hex64.optional() })).max(100),
    keys: z.array(z.object({ slot: short, kcv })).max(200),
    transportKeyKcv: kcv,
    ecr: z.object({ connected: z.boolean().optional(), protocol: short.optional() }),
    network: z.object({ type: short.optional(), operator: short.optional() }),
    printer: short,
  })
  .partial()
export type Status = z.infer<typeof Status>

const wholeNumber = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER)

export const Vitals = z
  .object({
    signalDbm: z.number().min(-200).max(100),
    battery: z.object({ percent: z.number().min(0).max(100).optional(), charging: z.boolean().optional() }),
    freeBytes: wholeNumber,
    uptimeSeconds: wholeNumber,
    localTime: z.string().max(40).describe('RFC 3339 with the offset of the terminal; may be wrong.'),
    counters: z
      .object({ transactions: wholeNumber, declined: wholeNumber, unsettled: wholeNumber })
      .partial(),
  })
  .partial()
export type Vitals = z.infer<typeof Vitals>

export const CheckIn = z.object({
  status: Status.optional(),
  statusHash: z.string().min(1).max(128).optional().describe("The client's own hash of status, any text."),
  vitals: Vitals.optional(),
})
export type CheckIn = z.infer<typeof CheckIn>
