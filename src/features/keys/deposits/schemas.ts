import { z } from 'zod'
import { momentText } from '../../../core/moment'
import { pageInput, pageOf } from '../../../core/paging'
import { KCV_ALGORITHMS, KCV_DIGITS } from '../block/kcv'
import { KEY_FILE_STATES, MOST_KEY_BYTES } from '../lists'

export const MOST_SLOTS = 64

/** Printable ASCII, as terminals show and report it; without the signs that part it from its KCV in a header. */
export const Slot = z.string().regex(/^[!-~](?:[ -~]{0,62}[!-~])?$/, '1 to 64 printable characters')
export const KcvDigits = z
  .string()
  .regex(/^(?:[0-9A-Fa-f]{2}){2,5}$/, 'a check value has 4 to 10 hexadecimal digits, an even number')
  .transform((kcv) => kcv.toUpperCase())

const GivenKcv = z
  .strictObject({ slot: Slot, kcv: KcvDigits, kcvAlgorithm: z.enum(KCV_ALGORITHMS).optional() })
  // No terminal would ever show it: more digits than that are taken for CMAC.
  .refine(({ kcv, kcvAlgorithm }) => kcvAlgorithm === undefined || kcv.length <= KCV_DIGITS[kcvAlgorithm], {
    path: ['kcv'],
    error: 'a legacy check value has at most 6 digits',
  })

export const Batch = z
  .string()
  .regex(/^[!-~](?:[ -~]{0,62}[!-~])?$/, 'a batch has 1 to 64 printable characters')

/** What is said of a deposited file beside its bytes. */
export const DepositMetadata = z.strictObject({
  batch: Batch.optional(),
  notAfter: z.iso
    .datetime({ offset: true })
    .transform((text) => momentText(Date.parse(text)))
    .optional(),
  kcvs: z
    .array(GivenKcv)
    .max(MOST_SLOTS)
    .refine(
      (kcvs) => new Set(kcvs.map(({ slot }) => slot)).size === kcvs.length,
      'a slot has one check value',
    )
    .default([]),
  transportKeyKcv: KcvDigits.optional(),
})
export type DepositMetadata = z.infer<typeof DepositMetadata>

export const DepositInput = DepositMetadata.extend({
  serial: z.string().min(1).max(64),
  sequence: z.number().int().min(1).max(Number.MAX_SAFE_INTEGER),
  bytes: z
    .custom<Uint8Array>((value) => value instanceof Uint8Array)
    .refine(({ length }) => length <= MOST_KEY_BYTES, `a key file has at most ${MOST_KEY_BYTES} bytes`),
})
export type DepositInput = z.output<typeof DepositInput>

/** What a key system is told of what it has deposited. */
export const DepositView = z.object({
  fileId: z.uuid(),
  serial: z.string(),
  sequence: z.number().int(),
  batch: z.string().nullable(),
  kind: z.enum(['opaque', 'bundle']),
  sha256: z.string(),
  sizeBytes: z.number().int(),
  depositedAt: z.iso.datetime(),
  state: z.enum(KEY_FILE_STATES),
  stateAt: z.iso.datetime(),
  reason: z.string().nullable().describe('Why it failed or was revoked.'),
  notAfter: z.iso.datetime().nullable(),
  warnings: z
    .array(z.object({ rule: z.number().int(), code: z.string() }))
    .describe('Rules that the file strains without breaking them.'),
  installedKcvs: z
    .array(z.object({ slot: z.string(), kcv: z.string() }))
    .nullable()
    .describe('What the terminal says that it has, once it has said so.'),
  requested: z.boolean().describe('The terminal asks for keys, and none wait for it.'),
})
export type DepositView = z.infer<typeof DepositView>

export const DepositPage = pageOf(DepositView)

export const ListDepositsInput = z.strictObject({
  ...pageInput,
  batch: z.string().max(64).optional(),
})

export const TerminalDepositsInput = z.strictObject({
  ...pageInput,
  serial: z.string().min(1).max(64),
})

export const TerminalDeposits = DepositPage.extend({
  serial: z.string(),
  requested: z.boolean().describe('The terminal asks for keys, and none wait for it.'),
  requestedAt: z.iso.datetime().nullable(),
})
