import { z } from 'zod'
import { pageInput, pageOf } from '../../core/paging'

const MIB = 1024 * 1024
const GIB = 1024 * MIB

/** What uploads are for, with the largest file each takes. Without a purpose only the server's own limit counts. */
export const UPLOAD_PURPOSES = {
  licenses: { maxBytes: 256 * MIB },
  terminals: { maxBytes: 64 * MIB },
  assignments: { maxBytes: 16 * MIB },
  packages: { maxBytes: 64 * GIB },
  apps: { maxBytes: 2 * GIB },
} as const satisfies Record<string, { maxBytes: number }>
export type UploadPurpose = keyof typeof UPLOAD_PURPOSES

export const CreateUploadInput = z.object({
  fileName: z.string().min(1).max(500),
  sizeBytes: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER),
  purpose: z
    .enum(Object.keys(UPLOAD_PURPOSES) as [UploadPurpose, ...UploadPurpose[]])
    .optional()
    .describe('What it is for: a file too large for that is refused now instead of after its last part.'),
})

export const UploadRef = z.object({ uploadId: z.uuid() })
export const ListUploadsInput = z.object(pageInput)

export const UploadSummary = z.object({
  uploadId: z.uuid(),
  fileName: z.string(),
  sizeBytes: z.number().int(),
  /** Length of every part but the last, which has what remains. */
  partBytes: z.number().int(),
  partCount: z.number().int(),
  createdAt: z.iso.datetime(),
  /** Unless another part comes before. */
  expiresAt: z.iso.datetime(),
})
export type UploadSummary = z.infer<typeof UploadSummary>
export const UploadPage = pageOf(UploadSummary)

export const UploadView = UploadSummary.extend({
  /** Numbers of the parts that are here, ascending from 0. */
  receivedParts: z.array(z.number().int()),
  isComplete: z.boolean(),
})

export const ReceivedPart = z.object({
  index: z.number().int(),
  sizeBytes: z.number().int(),
  /** Of the bytes as they came. */
  sha256: z.string(),
})
