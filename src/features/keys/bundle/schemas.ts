import { z } from 'zod'
import { KCV_ALGORITHMS, KCV_DIGITS, type Kcv } from '../block/kcv'

/** Names the format in a file; what names none is opaque. */
export const BUNDLE_FORMAT = 'psm-keybundle/1'
export const MOST_KEYS = 64

/** Printable ASCII: what terminals show and report as they were given it. */
const Slot = z.string().regex(/^[!-~](?:[ -~]{0,62}[!-~])?$/, '1 to 64 printable characters')
const KcvDigits = z.string().regex(/^(?:[0-9A-Fa-f]{2}){2,5}$/, '4 to 10 hexadecimal digits, an even number')
const fitsAlgorithm = ({ kcv, algorithm }: Kcv) => kcv.length <= KCV_DIGITS[algorithm]
const text = z.string().max(500)

const TransportKey = z
  .looseObject({ kcv: KcvDigits, kcvAlgorithm: z.enum(KCV_ALGORITHMS) })
  .refine(({ kcv, kcvAlgorithm }) => fitsAlgorithm({ kcv, algorithm: kcvAlgorithm }), { path: ['kcv'] })

const BundleKey = z
  .looseObject({
    slot: Slot,
    type: z.literal('tr31'),
    block: z.string().describe('A key block of TR-31 or ANSI X9.143.'),
    kcv: KcvDigits.optional(),
    kcvAlgorithm: z.enum(KCV_ALGORITHMS).optional().describe('Given whenever `kcv` is.'),
    wrappedBy: Slot.optional().describe('The slot whose key protects the block; absent: the transport key.'),
    ksn: z
      .string()
      .regex(/^(?:[0-9A-Fa-f]{16}|[0-9A-Fa-f]{20}|[0-9A-Fa-f]{24})$/)
      .optional()
      .describe('Of an initial DUKPT key whose block does not carry it.'),
    label: text.optional(),
    comment: text.optional(),
  })
  .refine(({ kcv, kcvAlgorithm }) => (kcv === undefined) === (kcvAlgorithm === undefined), {
    path: ['kcvAlgorithm'],
  })
  .refine(
    ({ kcv, kcvAlgorithm }) =>
      kcv === undefined || kcvAlgorithm === undefined || fitsAlgorithm({ kcv, algorithm: kcvAlgorithm }),
    { path: ['kcv'] },
  )

/**
 * The keys of one terminal. Fields that are not named here belong to the depositor and the terminal: they are carried,
 * not read, and only looked through for clear keys. Browser-safe.
 */
export const KeyBundle = z.looseObject({
  format: z.literal(BUNDLE_FORMAT),
  terminal: z.looseObject({
    serial: z.string().min(1).max(64),
    model: z.string().max(100).optional(),
    tid: z.string().max(16).optional(),
  }),
  sequence: z.int().positive(),
  transportKey: TransportKey.optional(),
  notAfter: z.iso.datetime({ offset: true }).optional(),
  label: text.optional(),
  comment: text.optional(),
  keys: z.array(BundleKey).min(1),
})
export type KeyBundle = z.infer<typeof KeyBundle>
export type BundleKey = z.infer<typeof BundleKey>
